package credit

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/slackbot"
)

// Names of the windows and of what is pressed in them.
const (
	callbackForm    = "credit.form"
	callbackPreview = "credit.preview"
	actionBack      = "credit.back"
)

const (
	formTitle    = "Give credit"
	formSubmit   = "Preview"
	whoLabel     = "Who is it for?"
	whoHint      = "Up to ten people."
	reasonLabel  = "What did they do?"
	reasonHint   = "One thing, as you would say it: spotting the missing index before it shipped."
	kindLabel    = "What kind is it?"
	whereLabel   = "Where should it be posted?"
	otherInput   = "Another channel"
	otherHint    = "Ally has to be in it."
	aboutMessage = "About this message:"
	aboutLink    = "See the message it is about"
	aboutOnly    = "Only you see this excerpt. The post links to the message if everybody there may see it."
	formAway     = "I can’t reach my memory right now. Your words stay here; please try again in a minute."
	otherMissing = "Pick the channel."

	hereThread  = "In the thread of the message"
	hereChannel = "In the conversation I am in"
	hereTeam    = "In the credit channel"
	hereOther   = "In another channel"
	hereAlone   = "Nowhere, tell them privately"

	previewTitle  = "This is how it looks"
	previewSubmit = "Give credit"
	backLabel     = "Change something"
	maxExcerpt    = 240
	whereHere     = "h" // an option needs a value
)

// form asks for everything a credit is made of.
func (m *room) form(ctx context.Context, g giving, excerpt string) blockkit.Modal {
	team, _ := m.Ledger.Channel(ctx) // without it there is one choice less
	var blocks []slack.Block
	if excerpt = strings.TrimSpace(excerpt); excerpt != "" {
		blocks = append(blocks, blockkit.Context(aboutMessage),
			blockkit.Verbatim(quote(blockkit.Cut(blockkit.Line(excerpt), maxExcerpt)), nil), blockkit.Context(aboutOnly))
	} else if link := m.link(g.source()); link != "" {
		blocks = append(blocks, blockkit.Context("<"+link+"|"+aboutLink+">")) // its words were not kept
	}
	var kinds []blockkit.Option
	for _, k := range Kinds() {
		kinds = append(kinds, blockkit.Option{Label: k.Label(), Value: string(k)})
	}
	places := places(g, team)
	blocks = append(blocks,
		blockkit.Input{
			BlockID: fieldWho, Label: whoLabel, Hint: whoHint,
			Element: blockkit.UsersSelect{ActionID: fieldWho, Initial: g.To, Max: MaxReceivers},
		}.Block(),
		blockkit.Input{
			BlockID: fieldReason, Label: reasonLabel, Hint: reasonHint,
			Element: blockkit.TextInput{ActionID: fieldReason, Initial: blockkit.Cut(g.Reason, MaxReason), Multiline: true, Max: MaxReason},
		}.Block(),
		blockkit.Input{
			BlockID: fieldKind, Label: kindLabel,
			Element: blockkit.StaticSelect{ActionID: fieldKind, Options: kinds, Initial: string(g.Kind)},
		}.Block(),
		blockkit.Input{
			BlockID: fieldWhere, Label: whereLabel,
			Element: blockkit.RadioButtons{ActionID: fieldWhere, Options: places, Initial: initialPlace(g, places)},
		}.Block(),
		blockkit.Input{
			BlockID: fieldOther, Label: otherInput, Hint: otherHint, Optional: true,
			Element: blockkit.ConversationSelect{ActionID: fieldOther, Initial: g.Other, Filter: []string{blockkit.PublicChannels, blockkit.PrivateChannels}},
		}.Block(),
	)
	return blockkit.Modal{CallbackID: callbackForm, Title: formTitle, Submit: formSubmit, Close: "Cancel", PrivateMetadata: g.encode(), Blocks: blocks}
}

// places are where the credit can be posted.
func places(g giving, team string) []blockkit.Option {
	var out []blockkit.Option
	if g.Here != "" && g.Here[0] != 'D' {
		label := hereChannel
		if g.SourceTS != "" {
			label = hereThread
		}
		out = append(out, blockkit.Option{Label: label, Value: whereHere})
	}
	if team != "" && team != g.Here {
		out = append(out, blockkit.Option{Label: hereTeam, Value: string(creditChannel)})
	}
	return append(out, blockkit.Option{Label: hereOther, Value: string(otherChannel)}, blockkit.Option{Label: hereAlone, Value: string(privately)})
}

func initialPlace(g giving, places []blockkit.Option) string {
	value := orElse(string(g.Where), whereHere)
	for _, p := range places {
		if p.Value == value {
			return value
		}
	}
	return places[0].Value
}

// filledIn is the giving with what was entered into the form.
func filledIn(g giving, state map[string]slackbot.Value) giving {
	g.To = state[fieldWho].Users
	g.Reason = blockkit.Clean(state[fieldReason].Value)
	if o := state[fieldKind].Options; len(o) > 0 && Kind(o[0]).Known() {
		g.Kind = Kind(o[0])
	}
	g.Where, g.Other = here, ""
	if o := state[fieldWhere].Options; len(o) > 0 && o[0] != whereHere {
		g.Where = where(o[0])
	}
	if c := state[fieldOther].Conversations; len(c) > 0 {
		g.Other = c[0]
	}
	return g
}

// fieldErrors are the troubles by the field they are about.
func fieldErrors(g giving, j judgement) map[string]string {
	wrong := map[string]string{}
	for _, t := range j.Troubles {
		wrong[t.Field] = strings.TrimSpace(wrong[t.Field] + " " + t.Text)
	}
	if j.NoPlace != "" {
		field := fieldWhere
		if g.Where == otherChannel {
			field = fieldOther
		}
		wrong[field] = j.NoPlace
		if j.NoPlace == placeHidden {
			wrong[field] += " Invite me there, or choose something else."
		}
	}
	return wrong
}

// preview shows the post as it will be, and who may be asked first.
func (m *room) preview(ctx context.Context, giver string, g giving, j judgement) blockkit.Modal {
	p := post{ID: g.ID, Named: g.To, Giver: m.name(ctx, giver), Kind: g.Kind, Reason: g.Reason}
	if g.SourceTS != "" {
		p.Link = m.publicLink(ctx, Credit{Source: g.source(), Dest: g.dest(j.Team)})
	}
	shown := p.message().Blocks
	blocks := shown[:len(shown)-1] // its buttons mean nothing here
	if j.Doubt != "" {
		blocks = append([]slack.Block{blockkit.Section(blockkit.Escape(j.Doubt)), blockkit.Divider()}, blocks...)
	}
	blocks = append(blocks, blockkit.Divider(), blockkit.Context(whoSees(g, j.Team)),
		blockkit.Actions("", blockkit.Button{Label: backLabel, ActionID: actionBack}))
	return blockkit.Modal{CallbackID: callbackPreview, Title: previewTitle, Submit: previewSubmit, Close: "Cancel", PrivateMetadata: g.encode(), Blocks: blocks}
}

// whoSees says where it goes and that those credited decide.
func whoSees(g giving, team string) string {
	switch dest := g.dest(team); {
	case dest.ChannelID == "":
		return "Nobody but those credited sees this."
	case dest.ChannelID == team || g.SourceTS != "" && g.Here != dest.ChannelID: // as circle has it
		return "It goes to <#" + dest.ChannelID + ">. More people see it there, so those credited are asked first, unless they chose to be named."
	default:
		return "It goes to <#" + dest.ChannelID + ">. Those credited are named if they are in there and didn’t choose otherwise. They can take their name off at any time."
	}
}
