package scripts

import (
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"allybot/internal/blockkit"
	"allybot/internal/playbook"
)

const (
	// maxMoments is how large the list of all moments may be as JSON, so that it
	// leaves room in an acknowledgement. A larger library is browsed group by
	// group.
	maxMoments = 7_000
	// maxListed is how many bytes of options one list in a message may take.
	maxListed = 9_000
	// maxLauncherFavourites is the same for the favourites in the launcher, which
	// has more in it.
	maxLauncherFavourites = 5_000
	// maxHomeFavourites is how many favourites App Home shows one by one.
	maxHomeFavourites = 5
)

func search() blockkit.Element {
	return blockkit.ExternalSelect{ActionID: actionSearch, Placeholder: searchHint}
}

// moments lists every moment under its group, or only the groups when that
// would be too much.
func (c content) moments() blockkit.Element {
	all := blockkit.StaticSelect{ActionID: actionPick, Placeholder: momentHint}
	n := 0
	for _, g := range c.lib.Groups() {
		if in := c.lib.InGroup(g.ID); len(in) > 0 {
			o := c.options(in, "", len(in), maxViewOptions)
			n += len(o)
			all.Groups = append(all.Groups, blockkit.Group{Label: g.Title, Options: o})
		}
	}
	if j, err := json.Marshal(blockkit.Actions("", all)); err != nil || len(j) > maxMoments || n > blockkit.MaxOptions {
		return c.groups("")
	}
	return all
}

// maxViewOptions is no bound: a view has room for all options of a list.
const maxViewOptions = 1 << 20

// groups lists the groups that have moments; one may be chosen already.
func (c content) groups(chosen string) blockkit.Element {
	list := blockkit.StaticSelect{ActionID: actionGroup, Placeholder: groupHint, Initial: chosen}
	for _, g := range c.lib.Groups() {
		if len(c.lib.InGroup(g.ID)) > 0 {
			list.Options = append(list.Options, blockkit.Option{Label: g.Title, Value: g.ID})
		}
	}
	return list
}

// groupMoments lists the moments of one group under what an ally does there, in
// at most size bytes, and says whether that is all of them.
func (c content) groupMoments(g playbook.Group, size int) (list blockkit.StaticSelect, all bool) {
	list = blockkit.StaticSelect{ActionID: actionPick, Placeholder: momentHint}
	in := c.lib.InGroup(g.ID)
	left := blockkit.MaxOptions
	for _, practice := range g.Practices {
		var about []*playbook.Script
		for _, s := range in {
			if s.Practices[0] == practice.ID {
				about = append(about, s)
			}
		}
		o := c.options(about, "", left, size)
		if len(o) == 0 {
			continue
		}
		list.Groups = append(list.Groups, blockkit.Group{Label: practice.Title, Options: o})
		left -= len(o)
		for _, o := range o {
			size -= len(o.Label) + len(o.Value) + optionFrame
		}
		size -= len(practice.Title) + optionFrame
	}
	return list, blockkit.MaxOptions-left == len(in)
}

// launcher is this room's part of what a bare /ally shows.
func (c content) launcher(saved []Favourite) []slack.Block {
	blocks := append([]slack.Block{blockkit.Header(launcherTitle)}, page{content: c}.finder()...)
	if o := c.favourites(saved, maxLauncherFavourites); len(o) > 0 {
		blocks = append(blocks, blockkit.SectionWith(favouritesTitle, blockkit.StaticSelect{
			ActionID: actionPick, Placeholder: favouritesHint, Options: o,
		}))
	}
	return blocks
}

// home is this room's part of App Home: the favourites, search, and the moments
// group by group. With away the favourites cannot be had.
func (c content) home(saved []Favourite, away bool) []slack.Block {
	blocks := c.homeFavourites(saved, away)
	blocks = append(blocks, blockkit.Section(homeTitle), blockkit.Actions("", search()))
	for _, g := range c.lib.Groups() {
		if len(c.lib.InGroup(g.ID)) == 0 {
			continue
		}
		list, _ := c.groupMoments(g, maxViewOptions)
		blocks = append(blocks, blockkit.SectionWith(fmt.Sprintf("*%s*\n%s", blockkit.Escape(g.Title), blockkit.Escape(g.Meaning)), list))
	}
	return blocks
}

func (c content) homeFavourites(saved []Favourite, away bool) []slack.Block {
	if away {
		return []slack.Block{blockkit.Section(favouritesTitle), blockkit.Context(awayHome), blockkit.Divider()}
	}
	o := c.favourites(saved, maxViewOptions)
	if len(o) == 0 {
		return nil
	}
	blocks := []slack.Block{blockkit.Section(favouritesTitle)}
	shown := 0
	for _, f := range saved {
		s := c.lib.Script(f.Script)
		if s == nil || shown == maxHomeFavourites {
			continue
		}
		shown++
		b := show(seeLabel, f.state())
		b.Aloud = seeLabel + ": " + s.In(c.locale).Title
		blocks = append(blocks, blockkit.SectionWith(c.favouriteLine(s, f), b))
	}
	if len(o) > shown {
		blocks = append(blocks, blockkit.SectionWith(fmt.Sprintf(favouritesAll, len(o)), blockkit.StaticSelect{
			ActionID: actionPick, Placeholder: favouritesHint, Options: o,
		}))
	}
	return append(blocks, blockkit.Divider())
}

// favouriteLine is the title of a favourite and the words in it, as they were
// saved.
func (c content) favouriteLine(s *playbook.Script, f Favourite) string {
	p := page{content: c, state: current(c.lib, f.state())}
	line := "*" + blockkit.Escape(s.In(c.locale).Title) + "*"
	if script := p.script(); script != nil && p.Show == showWords {
		line += "\n" + blockkit.Escape(words(script, p.Tone, p.state))
	}
	return line
}

// favourites turns favourites into options; scripts that are gone are left out.
func (c content) favourites(saved []Favourite, size int) []blockkit.Option {
	var out []blockkit.Option
	for _, f := range saved {
		s := c.lib.Script(f.Script)
		if s == nil {
			continue
		}
		o := blockkit.Option{Label: blockkit.Cut(s.In(c.locale).Title, blockkit.MaxOptionText), Value: f.state().encode(blockkit.MaxOptionValue)}
		if size -= len(o.Label) + len(o.Value) + optionFrame; size < 0 {
			break
		}
		if o.Value == "" {
			o.Value = f.Script
		}
		out = append(out, o)
	}
	return out
}

// state is what a favourite shows when it is opened.
func (f Favourite) state() state {
	return state{Script: f.Script, Tone: f.Tone, Role: f.Role, Written: f.Written}
}
