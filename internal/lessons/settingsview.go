package lessons

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/nudge"
	"allybot/internal/playbook"
	"allybot/internal/slackbot"
	"allybot/internal/when"
)

// The windows in which the time is chosen, and a pause.

const (
	callbackSlot  = "lessons.slot"
	callbackPause = "lessons.pause"
	callbackDone  = "lessons.done"

	fieldDay   = "lessons_day"
	fieldTime  = "lessons_time"
	fieldGroup = "lessons_group"
	fieldLong  = "lessons_long"
	fieldUntil = "lessons_until"
)

// How long a pause is: a number of days, or until a date.
const (
	oneWeek   = "7"
	twoWeeks  = "14"
	fourWeeks = "28"
	untilDate = "until"

	// noGroup is the order of the year.
	noGroup = "none"
)

// place is where a window was opened from, so that it can be shown anew. It
// travels with the window.
type place struct {
	Channel string `json:"c,omitempty"` // of a lesson in a conversation
	TS      string `json:"t,omitempty"`
	View    string `json:"v,omitempty"` // of a window below
	Subject string `json:"s,omitempty"` // of a lesson; "" where it says how it stands
}

// placeOf is where somebody acted. What only they see cannot be changed later.
func placeOf(a slackbot.Action) place {
	p := place{}
	if s := readSubject(a.Value); s.Lesson != "" {
		p.Subject = s.String()
	} else if a.Value != onStanding {
		return p
	}
	switch {
	case a.Origin.ViewType == "modal":
		p.View = a.Origin.ViewID
	case a.Origin.ViewType == "" && !a.Origin.Ephemeral && strings.HasPrefix(a.Origin.ChannelID, "D"):
		p.Channel, p.TS = a.Origin.ChannelID, a.Origin.MessageTS
	}
	return p
}

func (p place) String() string {
	j, err := json.Marshal(p)
	if err != nil {
		return ""
	}
	return string(j)
}

func readPlace(metadata string) place {
	var p place
	if json.Unmarshal([]byte(metadata), &p) != nil {
		return place{}
	}
	return p
}

// slotWindow asks for the day, the time, and what comes first.
func slotWindow(s Subscription, at Slot, h nudge.Hours, groups []playbook.Group, p place) blockkit.Modal {
	options := []blockkit.Option{{Label: groupNone, Value: noGroup}}
	first := noGroup
	for _, g := range groups {
		options = append(options, blockkit.Option{
			Label: blockkit.Plain(g.Title), Value: g.ID, About: blockkit.Cut(blockkit.Plain(g.Meaning), blockkit.MaxOptionText),
		})
		if g.ID == s.Group {
			first = g.ID
		}
	}
	where := utcHint
	if s.Zone != noZone {
		where = fmt.Sprintf(zoneHint, strings.ReplaceAll(s.Zone, "_", " "))
	}
	return blockkit.Modal{
		CallbackID: callbackSlot, Title: slotTitle, Submit: slotSubmit, Close: cancelLabel, PrivateMetadata: p.String(),
		Blocks: append(slotInputs(at, h, where), blockkit.Input{
			BlockID: fieldGroup, Label: groupLabel,
			Element: blockkit.StaticSelect{ActionID: fieldGroup, Placeholder: groupHint, Options: options, Initial: first},
		}.Block()),
	}
}

// slotInputs ask for a working day and a time; where says in which zone.
func slotInputs(at Slot, h nudge.Hours, where string) []slack.Block {
	var days []blockkit.Option
	for _, d := range week {
		if h.Working[d] {
			days = append(days, blockkit.Option{Label: d.String(), Value: d.String()})
		}
	}
	return []slack.Block{
		blockkit.Input{
			BlockID: fieldDay, Label: dayLabel,
			Element: blockkit.StaticSelect{ActionID: fieldDay, Placeholder: dayHint, Options: days, Initial: at.Day.String()},
		}.Block(),
		&slack.InputBlock{
			Type: slack.MBTInput, BlockID: fieldTime, Label: inPlain(timeLabel), Hint: inPlain(where),
			Element: &slack.TimePickerBlockElement{Type: slack.METTimepicker, ActionID: fieldTime, InitialTime: when.Clock(at.Minute)},
		},
	}
}

// pauseWindow asks for how long.
func pauseWindow(p place) blockkit.Modal {
	return blockkit.Modal{
		CallbackID: callbackPause, Title: pauseTitle, Submit: pauseSubmit, Close: cancelLabel, PrivateMetadata: p.String(),
		Blocks: []slack.Block{
			blockkit.Input{
				BlockID: fieldLong, Label: longLabel,
				Element: blockkit.RadioButtons{ActionID: fieldLong, Initial: oneWeek, Options: []blockkit.Option{
					{Label: longOne, Value: oneWeek},
					{Label: longTwo, Value: twoWeeks},
					{Label: longFour, Value: fourWeeks},
					{Label: longUntil, Value: untilDate},
				}},
			}.Block(),
			&slack.InputBlock{
				Type: slack.MBTInput, BlockID: fieldUntil, Label: inPlain(untilLabel), Hint: inPlain(untilHint), Optional: true,
				Element: &slack.DatePickerBlockElement{Type: slack.METDatepicker, ActionID: fieldUntil},
			},
		},
	}
}

// doneWindow says what came of a window.
func doneWindow(title, line string) blockkit.Modal {
	return blockkit.Modal{CallbackID: callbackDone, Title: title, Close: closeLabel, Blocks: []slack.Block{blockkit.Section(line)}}
}

func inPlain(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

// slotOf reads the day and the time of a window, or says what is wrong by field.
func slotOf(state map[string]slackbot.Value, h nudge.Hours) (Slot, map[string]string) {
	wrong := map[string]string{}
	var slot Slot
	day := pickedOption(state, fieldDay)
	known := false
	for _, d := range week {
		if d.String() == day {
			slot.Day, known = d, true
		}
	}
	switch {
	case !known:
		wrong[fieldDay] = needDay
	case !h.Working[slot.Day]:
		wrong[fieldDay] = fmt.Sprintf(notWorking, workingDays(h))
	}
	t, err := time.Parse("15:04", state[fieldTime].Value)
	if err != nil {
		wrong[fieldTime] = needTime
	}
	slot.Minute = t.Hour()*60 + t.Minute()
	if len(wrong) == 0 {
		return slot, nil
	}
	return slot, wrong
}

func pickedOption(state map[string]slackbot.Value, field string) string {
	if o := state[field].Options; len(o) > 0 {
		return o[0]
	}
	return ""
}

// workingDays names the days on which people work: "Monday to Friday", "Sunday,
// Monday and Thursday".
func workingDays(h nudge.Hours) string {
	var runs [][]time.Weekday
	start := time.Monday
	for d := time.Sunday; d <= time.Saturday; d++ { // a week begins after a day off
		if h.Working[d] && !h.Working[(d+6)%7] {
			start = d
		}
	}
	for i := range 7 {
		d := (start + time.Weekday(i)) % 7
		switch {
		case !h.Working[d]:
		case i > 0 && h.Working[(d+6)%7] && len(runs) > 0:
			runs[len(runs)-1] = append(runs[len(runs)-1], d)
		default:
			runs = append(runs, []time.Weekday{d})
		}
	}
	var names []string
	for _, run := range runs {
		if len(run) > 2 {
			names = append(names, run[0].String()+" to "+run[len(run)-1].String())
			continue
		}
		for _, d := range run {
			names = append(names, d.String())
		}
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
