package blockkit

import (
	"regexp"
	"slices"

	"github.com/slack-go/slack"
)

// maxPicked is how many things are picked at first in a menu of people or
// conversations: more would make a view large for nobody's good.
const maxPicked = 100

// Ids as Slack writes them. One that is none would cost the whole view.
var (
	userID         = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)
	conversationID = regexp.MustCompile(`^[CDGUW][A-Z0-9]{1,30}$`)
	channelID      = regexp.MustCompile(`^C[A-Z0-9]{1,30}$`)
)

func fitSelectID(id string, shape *regexp.Regexp) string {
	if !shape.MatchString(id) {
		return ""
	}
	return id
}

func fitSelectIDs(ids []string, shape *regexp.Regexp, most int) []string {
	var out []string
	for _, id := range ids {
		if shape.MatchString(id) && !slices.Contains(out, id) && len(out) < most {
			out = append(out, id)
		}
	}
	return out
}

// fitFilter keeps to the kinds of conversations that Slack knows.
func fitFilter(f *slack.SelectBlockElementFilter) *slack.SelectBlockElementFilter {
	if f == nil {
		return nil
	}
	c := *f
	c.Include = nil
	for _, kind := range f.Include {
		if slices.Contains([]string{"im", "mpim", PrivateChannels, PublicChannels}, kind) && !slices.Contains(c.Include, kind) {
			c.Include = append(c.Include, kind)
		}
	}
	if c.Include == nil && !c.ExcludeBotUsers && !c.ExcludeExternalSharedChannels {
		return nil
	}
	return &c
}

func fitMultiSelect(s slack.MultiSelectBlockElement) *slack.MultiSelectBlockElement {
	s.ActionID = fitID(s.ActionID)
	s.Placeholder = fitPlain(s.Placeholder, MaxPlaceholder)
	s.Confirm = fitConfirm(s.Confirm)
	s.Filter = fitFilter(s.Filter)
	if s.MinQueryLength != nil {
		n := min(max(*s.MinQueryLength, 0), MaxQuery)
		s.MinQueryLength = &n
	}
	most := maxPicked
	if s.MaxSelectedItems != nil {
		n := min(max(*s.MaxSelectedItems, 1), 10_000)
		s.MaxSelectedItems = &n
		most = min(most, n)
	}
	s.InitialUsers = fitSelectIDs(s.InitialUsers, userID, most)
	s.InitialConversations = fitSelectIDs(s.InitialConversations, conversationID, most)
	s.InitialChannels = fitSelectIDs(s.InitialChannels, channelID, most)
	if s.Type != slack.MultiOptTypeStatic {
		return &s
	}
	seen := map[string]bool{}
	if len(s.OptionGroups) > 0 {
		s.Options = nil
		s.OptionGroups = fitGroups(s.OptionGroups, seen)
	} else {
		s.Options = fitOptions(s.Options, MaxOptions, seen, slack.PlainTextType)
	}
	all := allOptions(s.Options, s.OptionGroups)
	if len(all) == 0 {
		return nil
	}
	s.InitialOptions = findOptions(all, s.InitialOptions, most)
	return &s
}

// findOptions is findOption for several, each once.
func findOptions(options, want []*slack.OptionBlockObject, most int) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for _, o := range want {
		if kept := findOption(options, o); kept != nil && !slices.Contains(out, kept) && len(out) < most {
			out = append(out, kept)
		}
	}
	return out
}
