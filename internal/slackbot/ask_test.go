package slackbot

import (
	"context"
	"strings"
	"testing"
)

func testRouter(t testing.TB) (*Router, *Request) {
	t.Helper()
	r, asked := NewRouter(), &Request{}
	answer := func(_ context.Context, q Request) (Reply, error) { *asked = q; return Reply{}, nil }
	r.FreeText(answer)
	r.Command(Command{Word: "", Answer: answer})
	r.Command(Command{Word: "help", Answer: answer})
	r.Command(Command{Word: "check", Answer: answer, Parse: func(rest string) Parsed {
		if rest == "" {
			return Malformed
		}
		return Parses
	}})
	r.Command(Command{Word: "credit", Aliases: []string{"thanks"}, Answer: answer, Parse: func(rest string) Parsed {
		switch {
		case !strings.Contains(rest, "<@"):
			return NotACommand
		case !strings.Contains(rest, " for "):
			return Malformed
		}
		return Parses
	}})
	return r, asked
}

func TestATextIsACommandOnlyIfAllOfItParses(t *testing.T) {
	for text, want := range map[string]Request{
		"":                                     {Word: ""},
		"  \u200b ":                            {Word: ""},
		"help":                                 {Word: "help"},
		"HELP":                                 {Word: "help"},
		" help ":                               {Word: "help"},
		"help?":                                {Word: "help"},
		"help my boss keeps cutting me off":    {DidYouMean: "help"},
		"check hey guys":                       {Word: "check", Rest: "hey guys"},
		"check\n hey  guys ":                   {Word: "check", Rest: "hey  guys"},
		"check":                                {Word: "check"},
		"credit <@U1|sam> for the idea":        {Word: "credit", Rest: "<@U1|sam> for the idea"},
		"Thanks <@U1|sam> for the idea":        {Word: "credit", Rest: "<@U1|sam> for the idea"},
		"thanks <@U1|sam>":                     {Word: "credit", Rest: "<@U1|sam>"},
		"credit stolen by dave":                {DidYouMean: "credit"},
		"thanks for nothing":                   {DidYouMean: "thanks"},
		"sam keeps getting talked over":        {},
		"helpful people":                       {},
		"?":                                    {},
		"😶":                                    {},
		"אף אחד לא הקשיב":                      {},
		"<!channel> <script>alert(1)</script>": {},
	} {
		r, asked := testRouter(t)
		if _, err := r.Ask(t.Context(), Request{Surface: SlashCommand, Text: text}); err != nil {
			t.Fatal(err)
		}
		if asked.Word != want.Word || asked.Rest != want.Rest || asked.DidYouMean != want.DidYouMean {
			t.Errorf("%q: word %q, rest %q, did you mean %q", text, asked.Word, asked.Rest, asked.DidYouMean)
		}
	}
}

func TestTheCommandTypedAsPlainText(t *testing.T) {
	r, asked := testRouter(t)
	if _, err := r.Ask(t.Context(), Request{Surface: Mention, Text: "/ally help"}); err != nil || asked.Word != "help" {
		t.Errorf("%+v, %v", asked, err)
	}
}

func TestNamesRegisteredTwicePanic(t *testing.T) {
	r, _ := testRouter(t)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	r.Command(Command{Word: "thanks"})
}

func FuzzAsk(f *testing.F) {
	for _, s := range []string{"help", "credit <@U1> for x", "/ally /ally", "\u200b", "check \u202ex", "<@>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, asked := testRouter(t)
		for _, surface := range []Surface{SlashCommand, Mention} {
			*asked = Request{Surface: "nobody"}
			if _, err := r.Ask(t.Context(), Request{Surface: surface, Text: s}); err != nil {
				t.Fatal(err)
			}
			if asked.Surface != surface {
				t.Fatalf("%q was answered by nobody", s)
			}
			if asked.DidYouMean != "" && asked.Word != "" {
				t.Errorf("%q is a command and is not", s)
			}
		}
	})
}
