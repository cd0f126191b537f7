package demo

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"allybot/internal/slacksim"
)

// patience is how long a test waits for what should take milliseconds.
const patience = 20 * time.Second

func start(t *testing.T) *Demo {
	t.Helper()
	d, err := Start(context.Background(), Options{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// last is the newest message a person sees in a conversation.
func (d *Demo) last(person, channel string) slacksim.Message {
	all := d.Sim.As(person).Messages(channel)
	if len(all) == 0 {
		return slacksim.Message{}
	}
	return all[len(all)-1]
}

// answers is what each thing to try has to be answered with: the script it is
// about, the name where one was given, and what its card says to press then.
var answers = map[string][]string{
	"Sam keeps getting talked over":        {`interrupted`, "Sam", "More direct", "As a message", "Follow up privately"},
	"An idea came back without its author": {`idea-repeated`, "Mai", "Follow up privately"},
	"It was your idea":                     {`your-idea-taken`, "script.role", "It happened to me", "I saw it", "It was me"},
	"I got a name wrong":                   {`i-used-wrong-name-or-pronoun`, "script.save", "Save to favourites"},
	"Credit where it is due":               {"Delivered.", "finding out why people stop at step three", "Withdraw"},
	"Your credit, for your review":         {"redit"},
	"Credit while others sleep":            {"graphs that settled the page speed", "Withdraw"},
	"Two minutes a week":                   {"Your next lesson comes Monday", "at 09:00", "Change the time"},
	"Just look around":                     {"script.search", "script.group", "Browse by topic", "Prepare a conversation"},
}

// Each thing to try does what its card promises.
func TestTheThingsToTryWork(t *testing.T) {
	d := start(t)
	if len(d.World.Tries) != 9 {
		t.Errorf("%d things to try", len(d.World.Tries))
	}
	for _, try := range d.World.Tries {
		t.Run(try.Title, func(t *testing.T) {
			who := d.Sim.As(try.PersonID)
			if try.MessageTS != "" && !slices.ContainsFunc(who.Messages(try.ChannelID), func(m slacksim.Message) bool { return m.TS == try.MessageTS }) {
				t.Error("the message it points to is not there")
			}
			var answer string
			command, text, isCommand := strings.Cut(try.Text, " ")
			switch {
			case try.Text == "": // the message's menu
				if err := who.MessageShortcut("find_words", try.ChannelID, try.MessageTS).Wait(patience); err != nil {
					t.Fatal(err)
				}
				if !d.Sim.WaitFor(patience, func() bool { return len(who.Views()) == 1 }) {
					t.Fatal("no window opened")
				}
				answer = string(who.Views()[0].Blocks)
			case strings.HasPrefix(command, "/"):
				if !isCommand {
					text = ""
				}
				if err := who.Command(try.ChannelID, command, text).Wait(patience); err != nil {
					t.Fatal(err)
				}
				if !d.Sim.WaitFor(patience, func() bool { return d.last(try.PersonID, try.ChannelID).Ephemeral }) {
					t.Fatal("no private answer")
				}
				answer = string(d.last(try.PersonID, try.ChannelID).Blocks)
			default: // a direct message
				who.Say(who.DM(), try.Text)
				if !d.Sim.WaitFor(patience, func() bool { return d.last(try.PersonID, who.DM()).BotID != "" }) {
					t.Fatal("no answer to the direct message")
				}
				answer = string(d.last(try.PersonID, who.DM()).Blocks)
			}
			if len(answers[try.Title]) == 0 {
				t.Error("no answer is expected")
			}
			for _, want := range answers[try.Title] {
				if !strings.Contains(answer, want) {
					t.Errorf("the answer lacks %q: %s", want, answer)
				}
			}
		})
	}
	if v := d.Sim.Violations(); len(v) > 0 {
		t.Errorf("Slack would have refused: %s", strings.Join(v, "; "))
	}
}

func TestTheWorkspaceIsBelievable(t *testing.T) {
	d := start(t)
	var guests, externals, admins int
	for _, p := range cast {
		switch {
		case p.Guest:
			guests++
		case p.TeamID != "":
			externals++
		case p.Admin:
			admins++
		}
	}
	if guests != 1 || externals != 1 || admins != 1 {
		t.Errorf("guests %d, external %d, admins %d", guests, externals, admins)
	}
	priya := d.Sim.As(d.World.People["priya"])
	for _, name := range []string{"general", "product", "leads"} {
		if len(priya.Messages(d.World.Channels[name])) == 0 {
			t.Errorf("#%s is silent", name)
		}
	}
	if len(d.Sim.As(d.World.People["jonas"]).Messages(d.World.Channels["leads"])) != 0 {
		t.Error("the guest reads the private channel")
	}
	if now := d.Clock.Now().UTC(); now.Sub(workingMorning(time.Now())).Abs() > time.Minute {
		t.Errorf("after seeding it is %s", now)
	}
}

// The moved clock drives the bot, the workspace and Redis alike.
func TestTheClockMovesEverything(t *testing.T) {
	d := start(t)
	ctx := context.Background()
	if err := d.redis.Client.Set(ctx, d.redis.Key("test"), "1", time.Hour).Err(); err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(7 * 24 * time.Hour)
	if n := d.redis.Client.Exists(ctx, d.redis.Key("test")).Val(); n != 0 {
		t.Error("a key of one hour is there a week later")
	}
	esme, product := d.World.People["esme"], d.World.Channels["product"]
	d.Sim.As(esme).Say(product, "Good morning")
	seconds, _, _ := strings.Cut(d.last(esme, product).TS, ".")
	if at, err := strconv.ParseInt(seconds, 10, 64); err != nil || d.Clock.Now().Sub(time.Unix(at, 0)).Abs() > time.Minute {
		t.Errorf("what was said a week later is from %s", time.Unix(at, 0))
	}
	if err := d.Sim.As(esme).Command(product, "/ally", "sam keeps getting talked over").Wait(patience); err != nil {
		t.Errorf("a week later: %v", err)
	}
}

func TestATakenPortIsSaidPlainly(t *testing.T) {
	d := start(t)
	addr := strings.TrimPrefix(d.Sim.BaseURL(), "http://")
	_, err := Start(context.Background(), Options{Addr: addr})
	if err == nil || !strings.Contains(err.Error(), addr+" is in use") || !strings.Contains(err.Error(), "--addr 127.0.0.1:0") {
		t.Errorf("got %v", err)
	}
}
