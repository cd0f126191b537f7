package credit

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// Problem is why what was typed is not a credit yet.
type Problem string

// The problems; "" is none.
const (
	// NoReceiver: the text does not begin with those it is for ("stolen by @sam").
	NoReceiver Problem = "receiver"
	// MassMention and Group: @channel, @here, @everyone or a user group among
	// those it is for.
	MassMention Problem = "mass"
	Group       Problem = "group"
	// TooMany: more than MaxReceivers.
	TooMany Problem = "many"
	// Unclear: who it is for can only be guessed ("for helping @sam", "@sam and
	// the whole team").
	Unclear Problem = "unclear"
	// TwoReasons: it looks like several credits in one ("@sam for X and @noor for
	// Y"). A credit has one reason, and who stands only in the reason is not told.
	TwoReasons Problem = "two"
	// NoReason: nothing but mentions and thanks.
	NoReason Problem = "reason"
)

// Draft is a credit as far as it could be read from what somebody typed.
type Draft struct {
	// Receivers are user ids, distinct, in the order typed, MaxReceivers at most.
	// There are none with NoReceiver: whoever "stolen by @sam" is about is nobody
	// to offer credit to.
	Receivers []string
	// Labels are the names that came with the mentions, by user id.
	Labels map[string]string
	// Reason is still in Slack's own form; see ReasonText. With a Problem it is all
	// of what was typed that the other fields don't hold.
	Reason string
	// Mass is "channel", "here" or "everyone" if that was among the receivers;
	// Group is the name of a user group with its @, "@group" without a name.
	Mass, Group string
	Problem     Problem
}

const (
	userPattern  = `<@[UW][A-Z0-9]{1,30}(?:\|[^<>]*)?>`
	massPattern  = `<!(?:channel|here|everyone|group)(?:\|[^<>]*)?>`
	groupPattern = `<!subteam\^[A-Z0-9]{1,30}(?:\|[^<>]*)?>`
	anyPattern   = `(?:` + userPattern + `|` + massPattern + `|` + groupPattern + `)`

	// saidThanks are words that say no more than that there is credit.
	saidThanks = `(?:(?:thank you|thanks|thx|ty|kudos|shout[ -]?outs?|credit|props|cheers|hats off|high five|gracias|merci|danke|obrigad[oa]|grazie)\b)`
	// saidAround is what people put around the mentions besides.
	saidAround = `(?:(?:a big|a huge|a lot|lots|so much|very much|much|so many|many|big|huge|massive|mega|special|extra|well deserved|well-deserved|` +
		`full|all|loud|public|some|amazing|awesome|wonderful|lovely|brilliant|fantastic|great|good|you|my|our|please|hey|hi|dear|goes|go|going|is due|due|out|again|too|also|first of all|today|` +
		`where it(?:[’'` + "`" + `]s| is) due|love|appreciation|and|to|for|of|a|the|both|everyone|team ?mates?|colleagues?)\b)`
	saidEmoji   = `(?::[a-z0-9_+'-]+:|[\p{So}\p{Sk}\x{fe0f}\x{200d}])`
	saidBetween = `(?:[\s,;/|+!]|&amp;|\b(?:and|und|et|y|e|to|also|plus|with|together with|as well as|both)\b|` + saidThanks + `|` + saidEmoji + `)`
	// saidFor leads over to the reason.
	saidFor    = `(?:(?:for|because of|because|bc|cuz|für|weil|pour|parce que|por|porque|per|perché|voor|omdat)(?:\s+|$)|[:–—]\s*|-+\s+|=+&gt;\s*|-+&gt;\s*)`
	saidMerely = `[\s,.!?;…)"”*_]|` + saidThanks + `|` + saidEmoji + `|(?:so much|very much|a lot|lots|a million|again|too|both|all)\b`
	saidPraise = `(?:` + saidMerely + `|(?:you rock|well done|great job|good job|nice work|great work)\b)`
)

var (
	userRef      = regexp.MustCompile(`<@([UW][A-Z0-9]{1,30})(?:\|([^<>]*))?>`)
	massRef      = regexp.MustCompile(`<!(channel|here|everyone|group)(?:\|[^<>]*)?>`)
	groupRef     = regexp.MustCompile(`<!subteam\^[A-Z0-9]{1,30}(?:\|@?([^<>]*))?>`)
	anyRef       = regexp.MustCompile(anyPattern)
	emojiCode    = regexp.MustCompile(saidEmoji)
	onlyFiller   = regexp.MustCompile(`(?i)^(?:` + saidThanks + `|` + saidAround + `|` + saidEmoji + `|[\s\pP\pS])*$`)
	receiverList = regexp.MustCompile(`(?i)^` + saidBetween + `*` + anyPattern)
	anotherOne   = regexp.MustCompile(`(?i)^\s*(?:and|&amp;|\+|plus|as well as|und|et|y)\s+`)
	possessive   = regexp.MustCompile(`^(?:'|’)s?\s+`)
	otherOwner   = regexp.MustCompile(`(?i)(?:,|;|\band|&amp;|\+)\s*` + userPattern + `(?:'|’)s\s`)
	leadIn       = regexp.MustCompile(`(?i)^` + saidPraise + `*(` + saidFor + `)`)
	onlyThanks   = regexp.MustCompile(`(?i)^(?:` + saidMerely + `|` + saidFor + `|[\s\pP\pS])*$`)
	// reasonFirst is "for the review, @sam": what is thanked for, a break, and
	// those it is for.
	reasonFirst = regexp.MustCompile(`(?is)^` + saidPraise + `*(?:for|because of|because)\s+(.*?)(\s*[,.!:;–—…\n]\s*|\s+-+\s+|\s+)` +
		`((?:` + saidBetween + `*` + anyPattern + `)+(?:` + saidEmoji + `|[\s\pP\pS])*)$`)
	// anotherReason is a second "and @noor for …" inside a reason, or a line of
	// its own for somebody else. Not after another mention: "helping @a and @b
	// for weeks" is one reason.
	anotherReason = regexp.MustCompile(`(?i)(?:[^\s>,]\s*(?:,|;|\.|\b(?:and|also|plus|thanks|to)\b|&amp;|\+)\s*(?:and |also |to |thanks )*` + userPattern + `\s*(?:,\s*)?(?:for|because)\s` +
		`|\n[\s*•-]*` + userPattern + `\s*(?:for\b|because\b|[:–—]|-\s))`)
)

// ParseCommand reads what follows `/ally credit`. Without a mention it is not a
// command but a search. With one it never is a search: it Parses, or it is
// Malformed and the draft says by its Problem what to correct.
//
// First come those it is for, strung together as people do it ("to @a, @b &amp;
// @c!"), then perhaps "for", "because", a colon or a dash, then the reason. A
// mention inside the reason is part of the reason. The reason may come first where
// a comma or the like sets it off ("for the review, @sam"); without one "for
// helping @sam" could mean either, and is asked about.
func ParseCommand(rest string) (d Draft, parsed slackbot.Parsed) {
	rest = strings.TrimSpace(strings.ToValidUTF8(rest, "\ufffd"))
	first := anyRef.FindStringIndex(rest)
	if first == nil {
		return Draft{}, slackbot.NotACommand
	}
	d = Draft{Labels: map[string]string{}}
	if onlyFiller.MatchString(rest[:first[0]]) {
		d.readInOrder(rest[first[0]:])
	} else {
		d.readReasonFirst(rest)
	}
	if d.Problem == "" {
		return d, slackbot.Parses
	}
	return d, slackbot.Malformed
}

// readInOrder reads "@a, @b for …".
func (d *Draft) readInOrder(s string) {
	total := 0
	for {
		loc := receiverList.FindStringIndex(s)
		if loc == nil {
			break
		}
		total += d.take(s[:loc[1]])
		s = s[loc[1]:]
	}
	owned := possessive.MatchString(s) // "@sam’s fix and @noor’s review"
	s, more := leadOver(s)
	d.Reason = strings.TrimSpace(strings.TrimLeft(s, " \t\n,.!;"))
	switch {
	case d.Mass != "":
		d.Problem = MassMention
	case d.Group != "":
		d.Problem = Group
	case total > MaxReceivers:
		d.Problem = TooMany
	case onlyThanks.MatchString(anyRef.ReplaceAllString(d.Reason, "")):
		d.Problem = NoReason
	case more:
		d.Problem = Unclear
	case anotherReason.MatchString(d.Reason), owned && otherOwner.MatchString(d.Reason):
		d.Problem = TwoReasons
	}
}

// leadOver takes off what leads from the receivers to the reason; more says that
// an "and" is left over, whose person could not be read.
func leadOver(s string) (reason string, more bool) {
	if and := anotherOne.FindString(s); and != "" {
		if afterLead(s[len(and):]) == 0 {
			return s, true
		}
		s = s[len(and):]
	}
	if cut := possessive.FindString(s); cut != "" {
		return s[len(cut):], false
	}
	for range 3 { // "thanks: for …"; nobody needs more, and each reads all that is left
		s = s[afterLead(s):]
	}
	return s, false
}

// afterLead is where "thanks so much for " ends, 0 without one. The colon that
// begins an emoji is none that leads over.
func afterLead(s string) int {
	m := leadIn.FindStringSubmatchIndex(s)
	if m == nil {
		return 0
	}
	if e := emojiCode.FindStringIndex(s[m[2]:]); e != nil && e[0] == 0 {
		return 0
	}
	return m[1]
}

// readReasonFirst reads "for …, @a and @b", and keeps what is neither.
func (d *Draft) readReasonFirst(rest string) {
	m := reasonFirst.FindStringSubmatch(rest)
	if m == nil || anyRef.MatchString(m[1]) {
		d.Reason, d.Problem = rest, NoReceiver
		if first := anyRef.FindString(rest); !strings.HasPrefix(first, "<@") {
			d.take(first)
			d.Problem = d.crowd()
		}
		return
	}
	total := d.take(m[3])
	d.Reason = strings.TrimSpace(m[1])
	switch {
	case d.crowd() != "":
		d.Problem = d.crowd()
	case total > MaxReceivers:
		d.Problem = TooMany
	case strings.TrimSpace(m[2]) == "":
		d.Problem = Unclear
	}
}

func (d *Draft) crowd() Problem {
	switch {
	case d.Mass != "":
		return MassMention
	case d.Group != "":
		return Group
	}
	return ""
}

// take adds everybody mentioned in a part of the text, and says how many were new.
func (d *Draft) take(s string) (fresh int) {
	for _, t := range anyRef.FindAllString(s, -1) {
		if m := massRef.FindStringSubmatch(t); m != nil {
			d.Mass = strings.Replace(m[1], "group", "channel", 1)
			continue
		}
		if m := groupRef.FindStringSubmatch(t); m != nil {
			d.Group = "@group"
			if name := blockkit.Line(blockkit.Decode(m[1])); name != "" {
				d.Group = "@" + name
			}
			continue
		}
		m := userRef.FindStringSubmatch(t)
		if m == nil || d.Labels == nil {
			continue
		}
		if _, known := d.Labels[m[1]]; known {
			continue
		}
		fresh++
		d.Labels[m[1]] = blockkit.Line(blockkit.Decode(m[2]))
		if len(d.Receivers) < MaxReceivers && !slices.Contains(d.Receivers, m[1]) {
			d.Receivers = append(d.Receivers, m[1])
		}
	}
	return fresh
}

var (
	channelRef = regexp.MustCompile(`<#([A-Z0-9]+)(?:\|([^<>]*))?>`)
	blankLines = regexp.MustCompile(`[ \t]*\n(?:[ \t]*\n)+[ \t]*`)
	slackForm  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// ReasonText makes a reason in Slack's own form plain text: mentions become names
// that ping nobody, channels what channelName says ("#design"). Of a private one
// it must not say the name; "" makes it "a private channel". label is what came
// with the token, empty for private channels. It cuts nothing: a reason over MaxReason is for
// CheckReason to tell, so that nobody finds half of what they said in a post.
func ReasonText(reason string, channelName func(id, label string) string) string {
	reason = channelRef.ReplaceAllStringFunc(reason, func(t string) string {
		m := channelRef.FindStringSubmatch(t)
		name := ""
		if channelName != nil {
			name = blockkit.Line(channelName(m[1], m[2]))
		}
		if name == "" {
			name = "a private channel"
		}
		return slackForm.Replace(name)
	})
	text := strings.TrimFunc(blockkit.Decode(reason), unicode.IsSpace)
	return blankLines.ReplaceAllString(text, "\n\n")
}
