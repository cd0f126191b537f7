package playbook

import "strings"

// What an idea or a piece of work is called, and what comes before what it was
// about.
var (
	topicOf    = wordSet("idea point proposal suggestion question concern comment thought report analysis slide slides design plan pitch finding findings warning presentation talk paper draft fix")
	topicLinks = wordSet("about on for regarding around")
	topicNot   = wordSet("i me my you your he him she her they them their it we us our this that these those what how why who when where whether him herself himself themselves everyone someone anyone people being getting")
	topicEnds  = wordSet("was is are were be been got gets get and but so then nobody again when while because since at during to that who which had has have just never twice today yesterday earlier last this in into by from with without until before after as if keeps kept went goes came comes fell ignored dismissed repeated took takes did does didn't wasn't isn't")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	addAll(set, []string{words})
	return set
}

// maxTopicWords is how many words a topic has at most: what is longer is a story.
const maxTopicWords = 4

// topic is what the idea or work a text speaks of was about, as written: "the
// pricing page" in "priya's idea about the pricing page was ignored". It is empty
// unless that is plain to see.
func (rd *reader) topic(tokens []token) string {
	for i := 0; i+2 < len(tokens); i++ {
		if !topicOf[tokens[i].norm] || !topicLinks[tokens[i+1].norm] {
			continue
		}
		var words []string
		for _, t := range tokens[i+2:] {
			if t.stop || topicEnds[t.norm] || len(words) > maxTopicWords {
				break
			}
			if t.mention >= 0 || topicNot[t.norm] || t.poss {
				return ""
			}
			words = append(words, t.raw)
		}
		last := ""
		if len(words) > 0 {
			last = strings.ToLower(words[len(words)-1])
		}
		if len(words) == 0 || len(words) > maxTopicWords || determiners[last] {
			return ""
		}
		return CleanName(strings.Join(words, " "))
	}
	return ""
}
