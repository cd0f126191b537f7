package slackbot

import (
	"context"
	"errors"
	"strings"
	"unicode"
)

// Ask answers what somebody typed: by the command that the text parses as, else
// by whoever answers free text.
func (r *Router) Ask(ctx context.Context, req Request) (Reply, error) {
	req, answer := r.read(req)
	if answer == nil {
		return Reply{}, errors.New("no room answers free text")
	}
	return answer(ctx, req)
}

// read fills in Word and Rest, or DidYouMean, and picks who answers. The first
// word makes a command only if all that follows parses as its arguments.
func (r *Router) read(req Request) (Request, func(context.Context, Request) (Reply, error)) {
	req.Text = trim(req.Text)
	line := req.Text
	if req.Surface != SlashCommand {
		// Some people type the slash command where it is plain text.
		if rest, ok := cutWord(line, "/ally"); ok {
			line = rest
			req.Text = line
		}
	}
	typed, rest := firstWord(line)
	word := strings.ToLower(typed)
	c := r.commands[word]
	if c == nil && rest == "" {
		// "help?" and "Help!" mean help.
		word = strings.TrimRight(word, ".!?…")
		if word != "" {
			c = r.commands[word]
		}
	}
	if c == nil {
		return req, r.freeText
	}
	parsed := NotACommand
	switch {
	case c.Parse != nil:
		parsed = c.Parse(rest)
	case rest == "":
		parsed = Parses
	}
	if parsed == NotACommand {
		req.DidYouMean = word
		return req, r.freeText
	}
	req.Word, req.Rest = c.Word, rest
	return req, c.Answer
}

func firstWord(s string) (word, rest string) {
	i := strings.IndexFunc(s, unicode.IsSpace)
	if i < 0 {
		return s, ""
	}
	return s[:i], trim(s[i:])
}

func cutWord(s, word string) (rest string, ok bool) {
	first, rest := firstWord(s)
	return rest, strings.EqualFold(first, word)
}

// trim takes off what nobody sees: spaces, and marks of zero width that come
// along when a text is pasted.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u2060'
	})
}
