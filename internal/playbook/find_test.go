package playbook

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"allybot/internal/playbook/quality"
	"allybot/playbooks"
)

func first(r Result) string {
	if len(r.Matches) == 0 {
		return ""
	}
	return r.Matches[0].Script.ID
}

func scoresOf(r Result) []float64 {
	var s []float64
	for _, m := range r.Matches {
		s = append(s, m.Score)
	}
	return s
}

func TestWhoDidItDecides(t *testing.T) {
	l := builtIn(t)
	tests := []struct{ text, want string }{
		{"I interrupted someone", "i-interrupted"},
		{"I keep interrupting people", "i-interrupted"},
		{"someone interrupted me", "you-are-interrupted"},
		{"I was interrupted", "you-are-interrupted"},
		{"I got interrupted by Dave", "you-are-interrupted"},
		{"I didn't interrupt, she interrupted me", "you-are-interrupted"},
		{"he interrupted her", "interrupted"},
		{"dave stole my idea", "your-idea-taken"},
		{"dave stole her idea", "idea-repeated"},
		{"I used the wrong pronoun", "i-used-wrong-name-or-pronoun"},
		{"they used the wrong pronoun for me", "you-are-misgendered"},
		{"I misgendered <@U1|sam>", "i-used-wrong-name-or-pronoun"},
		{"they misgendered <@U1|sam>", "wrong-pronoun"},
		{"I mispronounced her name", "i-used-wrong-name-or-pronoun"},
		{"he mispronounced my name", "you-are-misnamed"},
		{"I was told my joke was offensive", "i-made-a-bad-joke"},
		{"he told an offensive joke", "offensive-joke"},
	}
	for _, tt := range tests {
		r := l.Find(tt.text)
		if first(r) != tt.want || !r.Confident {
			t.Errorf("%q → %s (confident %v), want %s", tt.text, first(r), r.Confident, tt.want)
		}
	}
}

// Everyday sentences that have a word of a moment in them get no words for it. A
// wrong answer about somebody's pronouns or name would hurt most.
func TestEverydaySentencesAreNoMoments(t *testing.T) {
	l := builtIn(t)
	for _, text := range []string{
		"Priya got called in on Monday", "they called me into the meeting", "he was called away", "my call dropped in the meeting",
		"Sam said she would do it", "They say he is never on time", "did you say he was late", "I said she could go first", "can you call him back", "call her by the end of the day", "I call her every monday",
		"we transitioned to the new tool", "trans fat in the cafeteria", "gender report is due", "who is the woman in the photo", "not he but the manager decides",
		"Never mind. I will write it up.", "I wrote the summary", "I address the letter tomorrow",
		"a new face in the team", "the board game night", "let's grab a beer", "my coffee is cold",
		"I work remotely this week", "are you remote today", "the quiet hours setting", "thanks for the help", "my name is Ana, nice to meet you", "my boss denied my leave",
	} {
		if r := l.Find(text); r.Confident {
			t.Errorf("%q → %s for certain, %v", text, first(r), scoresOf(r))
		}
	}
	for _, text := range []string{
		"they keep calling Alex he", "she is a woman and they say he", "someone said he instead of she", "nobody uses they for kim", "he deadnamed her",
	} {
		r := l.Find(text)
		if !r.Confident || len(r.Matches) == 0 || !slices.Contains(r.Matches[0].Script.Practices, "respect-pronouns") {
			t.Errorf("%q → %s, confident %v, want words about pronouns", text, first(r), r.Confident)
		}
	}
}

// Whoever it happened to gets words of their own, not those for a bystander.
func TestWordsSuitTheOneItHappenedTo(t *testing.T) {
	l := builtIn(t)
	for text, want := range map[string]string{
		"they call me the wrong name":                  "you-are-misnamed",
		"nobody says my name right":                    "you-are-misnamed",
		"they mix me up with the other asian woman":    "two-people-confused",
		"they call Mai the wrong name":                 "wrong-name",
		"nobody says her name right":                   "wrong-name",
		"they misgendered me":                          "you-are-misgendered",
		"people call me she but I use they":            "you-are-misgendered",
		"they misgendered Kim":                         "wrong-pronoun",
		"I feel left out":                              "you-are-left-out",
		"they never invite me":                         "you-are-left-out",
		"they go for drinks without me":                "you-are-left-out",
		"nobody invites her":                           "told-of-exclusion",
		"my idea came back as somebody else's":         "your-idea-taken",
		"my suggestion came back as someone else's":    "your-idea-taken",
		"her idea came back as somebody else's":        "idea-repeated",
		"That was Mai's idea, by the way.":             "idea-repeated",
		"this was Zbynek's suggestion":                 "idea-repeated",
		"Hm, Mai said exactly that five minutes ago":   "idea-repeated",
		"Mai said the same thing this morning, really": "idea-repeated",
	} {
		if r := l.Find(text); !r.Confident || first(r) != want {
			t.Errorf("%q → %s (confident %v), want %s", text, first(r), r.Confident, want)
		}
	}
}

// The forms in which Slack and people write the same thing.
func TestSameThingWrittenDifferently(t *testing.T) {
	l := builtIn(t)
	for _, text := range []string{
		"sam keeps getting talked over",
		"SAM KEEPS GETTING TALKED OVER!!!",
		"Sam keeps getting talked over 😡 :rage:",
		"<@U1|sam> keeps getting talked over in <#C1|general>",
		"sam keeps getting talked over &amp; nobody helps",
		"how do I help when sam gets talked over?",
		"ｓａｍ ｋｅｅｐｓ ｇｅｔｔｉｎｇ ｔａｌｋｅｄ ｏｖｅｒ",
		"sam keeps gettin talked ovr, interruptd again",
		"can’t finish a sentence, sam is talked over",
		"they're talking over Sam",
	} {
		if r := l.Find(text); first(r) != "interrupted" || !r.Confident || r.Name == (Name{}) {
			t.Errorf("%q → %s (confident %v, name %+v), want interrupted", text, first(r), r.Confident, r.Name)
		}
	}
}

func TestNothingFits(t *testing.T) {
	l := builtIn(t)
	for _, text := range []string{
		"", " ", "?", "!!!", "🎉🎉🎉", ":tada: :tada:", "<@U1|sam>", "<!channel>", "reset my password", "what's for lunch",
		"asdfghjkl", "sam", "the", "\u200b\u202e", "<https://example.com>", "my boss denied my leave", "12345", "محمد",
	} {
		r := l.Find(text)
		if r.Confident || r.Harm {
			t.Errorf("%q → %s, confident %v, harm %v; want to be told that nothing fits", text, first(r), r.Confident, r.Harm)
		}
		if r.Matches == nil || r.Query != text {
			t.Errorf("%q: matches are %v, query is %q", text, r.Matches, r.Query)
		}
	}
}

func TestHarmComesFirst(t *testing.T) {
	l := builtIn(t)
	for _, text := range []string{
		"he touched me", "He touched me!", "I want to hurt myself", "dave touched <@U1|sam>", "my boss groped me", "he hit me",
		"she threatened to kill me", "I’m being stalked", "i want to die", "I dont want to live anymore", "Sam was sexually assaulted",
		"my manager keeps touching my back", "he is stalking me", "i was raped", "they beat him up", "the problem is that he touched me", "I think that he hit me", "she said that he hurt me",
		"I feel unsafe at work, he follows me home", "my ex says he will kill me",
	} {
		if r := l.Find(text); !r.Harm || !r.Confident || r.Matches == nil || len(r.Matches) > 0 {
			t.Errorf("%q: harm %v, confident %v, and %v beside it", text, r.Harm, r.Confident, scoresOf(r))
		}
	}
	for _, text := range []string{
		"this meeting is killing me", "he touched on my point", "shot down my idea", "attacked my idea", "I'm dying of boredom",
		"they killed my idea", "touch base with me", "he beat me to it", "hit me up later", "he stabbed me in the back",
		"the deadline is killing us", "my comment hurt someone", "how do we end it politely", "the project is in danger",
		"they push me into taking notes", "my boss will kill me if I say no", "don't beat yourself up", "her speech touched me",
		"he attacked me in the meeting for my proposal", "the layoffs hit us hard", "grab me after the call", "I could have died of embarrassment",
	} {
		if r := l.Find(text); r.Harm {
			t.Errorf("%q is taken for harm", text)
		}
	}
}

// What is learnt twice, or kept and read again, is the same to the last bit.
func TestLearningTheSameIsTheSame(t *testing.T) {
	l, tables, all, _ := read([]fs.FS{playbooks.FS})
	some := examples{elsewhere: all.elsewhere[:100], harm: all.harm[:50], harmless: all.harmless[:50]}
	few := &Library{scripts: l.scripts[:20], byID: l.byID}
	find := func(kept []byte) *finder {
		lastFinder.finder = nil
		return newFinder(few.scripts, tables, some, kept)
	}
	a, b := find(nil), find(nil)
	few.finder = func() *finder { return a }
	kept, err := few.Learnt()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := readKept(kept, a.from); !ok {
		t.Fatal("what was kept is not taken")
	}
	if _, ok := readKept(kept, fingerprint{}); ok {
		t.Fatal("what was learnt from something else is taken")
	}
	if _, ok := readKept(kept[:len(kept)/2], a.from); ok {
		t.Fatal("half of it is taken")
	}
	c := find(kept)
	for _, q := range quality.Tune() {
		x := a.ask(q.Text)
		for _, other := range []*finder{b, c} {
			y := other.ask(q.Text)
			if x.isOurs() != y.isOurs() || x.inDanger() != y.inDanger() || !slices.Equal(x.moments, y.moments) {
				t.Fatalf("%q is answered in two ways", q.Text)
			}
		}
	}
}

func TestTheBestComesFirst(t *testing.T) {
	l := builtIn(t)
	for _, q := range quality.Tune() {
		r := l.Find(q.Text)
		if len(r.Matches) > maxMatches {
			t.Fatalf("%q: %d matches", q.Text, len(r.Matches))
		}
		for i := 1; i < len(r.Matches); i++ {
			if r.Matches[i].Score > r.Matches[i-1].Score {
				t.Fatalf("%q: matches are not best first", q.Text)
			}
		}
	}
}

// Whatever a script itself says people type leads to it, or to a sister script.
func TestPhrasesLeadToTheirScript(t *testing.T) {
	l := builtIn(t)
	lost, all := 0, 0
	for _, s := range l.Scripts() {
		for _, p := range s.Phrases {
			all++
			r := l.Find(p)
			if r.Harm {
				t.Errorf("%s: %q is taken for harm", s.ID, p)
			}
			if first(r) != s.ID {
				lost++
			}
		}
	}
	if lost*50 > all {
		t.Errorf("%d of %d phrases lead elsewhere", lost, all)
	}
}

func TestFindInEmptyLibrary(t *testing.T) {
	l, _ := Load()
	if r := l.Find("sam keeps getting talked over"); r.Confident || len(r.Matches) != 0 {
		t.Errorf("found %v in nothing", r.Matches)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"sam keeps getting talked over", "Dr. Nguyễn was interrupted", "<@U1|s\u202eam> <!channel> <http://x|y> &amp;lt;", "محمد يُقاطَع",
		"李雷 got ignored", "a'b'c -- 's 'S i'm", "\xff\xfe", "Zoe\u0301\u0301\u0301 was ignored", strings.Repeat("interrupted ", 400), "\uE000 was cut off", "<@U1|> \u200d🎉",
	} {
		f.Add(s)
	}
	l := builtIn(f)
	f.Fuzz(func(t *testing.T, text string) {
		r := l.Find(text)
		for _, n := range []string{r.Name.Written, r.Name.Label} {
			if n != CleanName(n) {
				t.Errorf("the name %q is not clean", n)
			}
		}
		if r.Name.Written != "" && r.Name.UserID != "" {
			t.Errorf("%+v is both a mention and written", r.Name)
		}
		if r.Query != text || len(r.Matches) > maxMatches || r.Confident && len(r.Matches) == 0 && !r.Harm {
			t.Errorf("%+v", r)
		}
	})
}

// synthetic makes a library of n scripts out of the built-in ones.
func synthetic(tb testing.TB, n int) *Library {
	tb.Helper()
	extra := fstest.MapFS{}
	base := builtIn(tb).Scripts()
	for i := 0; i < n-len(base); i++ {
		s := base[i%len(base)]
		var b strings.Builder
		fmt.Fprintf(&b, "---\ntitle: Moment number %d\npractices: [%s]\nmoment: Something of kind %d happened.\nroles: [bystander]\nphrases:\n", i, s.Practices[0], i)
		for j, p := range s.Phrases {
			fmt.Fprintf(&b, "  - %q\n", fmt.Sprintf("%s kind%d place%d", p, i, (i*7+j)%500))
		}
		b.WriteString("---\n## Gentle\nOne moment.\n## Direct\nPlease wait.\n## Ask first\nMay I?\n## If they push back\nThank you.\n## Follow up privately\nHow are you?\n## Avoid\n- Nothing.\n")
		extra[fmt.Sprintf("scripts/kind-%d.md", i)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	l, problems := Load(playbooks.FS, extra)
	if len(problems) > 0 {
		tb.Fatal(problems[0])
	}
	return l
}

// BenchmarkFind searches 1,000 scripts for what people type. The target is 1 ms
// at the 99th percentile. p99-µs is what a caller waited, other work on the
// machine included; work-µs is the 99th percentile over the queries of the
// fastest of each query's runs, which is the work itself.
func TestNoiseHasNoNearMisses(t *testing.T) {
	l := builtIn(t)
	noise := map[string]string{
		"pings":           "<!channel> @channel <!here>",
		"emoji":           "🙂 🎉 :tada: :thumbsup::skin-tone-2:",
		"keys":            "asdf qwertz jklö",
		"markup":          `<b>hello</b> <script>alert("x")</script> &lt;br&gt;`,
		"digits":          "12345 67 890",
		"nothing words":   "the a of and",
		"Russian":         "Добрый день, как у вас дела сегодня?",
		"Chinese":         "今天天气很好，我们去公园吧",
		"Arabic":          "صباح الخير كيف حالك اليوم",
		"Hindi":           "आज मौसम बहुत अच्छा है",
		"Latin":           strings.Repeat("lorem ipsum dolor sit amet consectetur ", 100),
		"long letters":    strings.Repeat("x", 4000),
		"long emoji":      strings.Repeat("👩🏽‍💻 ", 500),
		"marks":           "Z" + strings.Repeat("\u0301", 3000),
		"other business":  "deploy failed on staging",
		"other business2": "how do I reset my password",
	}
	for what, text := range noise {
		if r := l.Find(text); r.Confident || len(r.Matches) > 0 || r.Name != (Name{}) {
			t.Errorf("%s: confident %v, about %+v, offers %v", what, r.Confident, r.Name, scoresOf(r))
		}
	}
}

func TestHarmIsFoundAtTheEndOfALongText(t *testing.T) {
	long := strings.Repeat("We had a long week with many meetings and little sleep. ", 40)
	if r := builtIn(t).Find(long + "And then he touched me."); !r.Harm {
		t.Error("the last sentence was not read")
	}
	if r := builtIn(t).Find(long); r.Harm {
		t.Error("harm was found where there is none")
	}
}

func BenchmarkFind(b *testing.B) {
	l := synthetic(b, 1000)
	queries := quality.Tune()
	l.Find("somebody was interrupted") // it learns first
	fastest := map[int]time.Duration{}
	var waited []time.Duration
	i := 0
	for b.Loop() {
		q := i % len(queries)
		i++
		start := time.Now()
		l.Find(queries[q].Text)
		took := time.Since(start)
		waited = append(waited, took)
		if f, ok := fastest[q]; !ok || took < f {
			fastest[q] = took
		}
	}
	b.ReportMetric(p99(waited), "p99-µs")
	b.ReportMetric(p99(slices.Collect(maps.Values(fastest))), "work-µs")
}

func p99(ds []time.Duration) float64 {
	slices.Sort(ds)
	return float64(ds[len(ds)*99/100].Microseconds())
}

// BenchmarkFindLongText is a text as long as Slack lets one be.
func BenchmarkFindLongText(b *testing.B) {
	l := synthetic(b, 1000)
	l.Find("somebody was interrupted") // it learns first
	text := strings.Repeat("Yesterday Zbynek was interuptd and nobdy lisened to his sugestion, then ", 60)
	for b.Loop() {
		l.Find(text)
	}
}
