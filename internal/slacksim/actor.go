package slacksim

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Actor is what one person does and sees in their Slack client.
type Actor struct {
	sim *Sim
	id  string
}

// As returns what a person can do. Somebody who does not exist panics.
func (s *Sim) As(userID string) *Actor {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.people[userID] == nil {
		panic("slacksim: there is no person " + userID)
	}
	return &Actor{sim: s, id: userID}
}

// ID is the person's user id.
func (a *Actor) ID() string { return a.id }

// DM is the conversation between the person and the app.
func (a *Actor) DM() string { return a.OpenDM(a.sim.botUserID) }

// OpenDM is the direct message between the person and others, opened if need be.
func (a *Actor) OpenDM(userIDs ...string) string {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	for _, id := range userIDs {
		if a.sim.people[id] == nil {
			panic("slacksim: there is no person " + id)
		}
	}
	c := a.sim.dm(append(slices.Clone(userIDs), a.id)...)
	a.sim.touch()
	return c.id
}

// refuse is an exchange that the client did not allow.
func refuse(format string, args ...any) *Exchange {
	return settled(fmt.Errorf("%w: "+format, append([]any{ErrNotSent}, args...)...))
}

// in is a conversation the person is a member of.
func (a *Actor) in(channelID string) (*channel, error) {
	c := a.sim.channels[channelID]
	if c == nil {
		return nil, fmt.Errorf("there is no channel %s", channelID)
	}
	if !c.has(a.id) {
		return nil, fmt.Errorf("%s is not in %s", a.id, channelID)
	}
	return c, nil
}

// Post says something, in a thread if threadTS is not empty, and returns its ts.
// The text is as typed: "@sam" and "#general" become tokens.
func (a *Actor) Post(channelID, threadTS, text string) (string, error) {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := a.in(channelID)
	if err != nil {
		return "", err
	}
	if c.archived {
		return "", errors.New("the channel is archived")
	}
	if p := s.people[a.id]; c.adminsOnly && !p.Admin && !p.Owner {
		return "", errors.New("only admins can post here")
	}
	if text == "" {
		return "", errors.New("nothing typed")
	}
	if c.im && c.has(s.botUserID) && (!s.manifest.Features.AppHome.MessagesTab || s.manifest.Features.AppHome.ReadOnlyTab) {
		return "", errors.New("sending messages to this app has been turned off")
	}
	if threadTS != "" {
		root := c.find(threadTS)
		if root == nil || root.ephemeralTo != "" {
			return "", errors.New("there is no such thread")
		}
		if root.threadTS != "" {
			threadTS = root.threadTS
		}
	}
	wire := s.typed(text, a.id, false)
	m := s.post(c, &message{userID: a.id, text: wire, blocks: richText(wire), threadTS: threadTS, clientMsgID: s.envelopeID()})
	c.read[a.id] = max(c.read[a.id], m.ts)
	return m.ts, nil
}

// Say says something and returns its ts, "" if the client refused.
func (a *Actor) Say(channelID, text string) string {
	ts, _ := a.Post(channelID, "", text)
	return ts
}

// Reply says something in a thread and returns its ts, "" if the client refused.
func (a *Actor) Reply(channelID, threadTS, text string) string {
	ts, _ := a.Post(channelID, threadTS, text)
	return ts
}

// own does something to a message the person wrote.
func (a *Actor) own(channelID, ts string, do func(*message)) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if c := a.sim.channels[channelID]; c != nil {
		if m := c.find(ts); m != nil && (m.userID == a.id || m.ephemeralTo == a.id) {
			do(m)
		}
	}
}

// Edit changes a message of the person's own.
func (a *Actor) Edit(channelID, ts, text string) {
	a.own(channelID, ts, func(m *message) {
		if m.ephemeralTo != "" {
			return
		}
		wire := a.sim.typed(text, a.id, false)
		a.sim.edit(m, a.id, func() { m.text, m.blocks = wire, richText(wire) })
	})
}

// Delete deletes a message of the person's own, or dismisses an ephemeral one.
func (a *Actor) Delete(channelID, ts string) {
	a.own(channelID, ts, func(m *message) { a.sim.remove(m) })
}

func (a *Actor) reaction(channelID, ts string, do func(*message)) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if c, err := a.in(channelID); err == nil && !c.archived {
		if m := c.find(ts); m != nil && m.ephemeralTo == "" {
			do(m)
		}
	}
}

// React adds an emoji, by its name without colons; one that there is not cannot
// be picked.
func (a *Actor) React(channelID, ts, emoji string) {
	a.reaction(channelID, ts, func(m *message) {
		if a.sim.hasEmoji(emoji) {
			a.sim.react(m, a.id, emoji)
		}
	})
}

// Unreact takes it back.
func (a *Actor) Unreact(channelID, ts, emoji string) {
	a.reaction(channelID, ts, func(m *message) { a.sim.unreact(m, a.id, emoji) })
}

// Channels lists the conversations the person sees: those they are in, then the
// public ones they could join.
func (a *Actor) Channels() []ChannelInfo {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	out, rest := []ChannelInfo{}, []ChannelInfo{}
	p := s.people[a.id]
	full := !p.Guest && !p.SingleChannelGuest && !s.external(a.id)
	for _, id := range s.chanOrder {
		c := s.channels[id]
		switch {
		case c.has(a.id):
			out = append(out, s.channelInfo(c, a.id))
		case !c.private && !c.im && full:
			rest = append(rest, s.channelInfo(c, a.id))
		}
	}
	return append(out, rest...)
}

// visible are the messages of a conversation that the person sees.
func (a *Actor) visible(channelID string, keep func(*message) bool) []Message {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Message{}
	c := s.channels[channelID]
	if c == nil || !a.reads(c) {
		return out
	}
	for _, m := range c.msgs {
		if m.visibleTo(a.id) && keep(m) {
			out = append(out, s.seen(m, a.id))
		}
	}
	return out
}

// reads says whether the person can open a conversation.
func (a *Actor) reads(c *channel) bool {
	p := a.sim.people[a.id]
	return c.has(a.id) || !c.private && !c.im && !a.sim.external(a.id) && !p.Guest && !p.SingleChannelGuest
}

// Messages lists everything visible to the person in a conversation, ephemeral
// messages and replies in threads included, in order.
func (a *Actor) Messages(channelID string) []Message {
	return a.visible(channelID, func(*message) bool { return true })
}

// Thread lists a thread: its root, then the replies.
func (a *Actor) Thread(channelID, rootTS string) []Message {
	return a.visible(channelID, func(m *message) bool { return m.ts == rootTS || m.threadTS == rootTS })
}

// MarkRead marks a conversation as read up to now.
func (a *Actor) MarkRead(channelID string) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if c := a.sim.channels[channelID]; c != nil && len(c.msgs) > 0 {
		if last := c.msgs[len(c.msgs)-1].ts; last > c.read[a.id] {
			c.read[a.id] = last
			a.sim.touch()
		}
	}
}

// Reload restarts the person's client: ephemeral messages are gone, and so are
// open modals.
func (a *Actor) Reload() {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.channels {
		for _, m := range slices.Clone(c.msgs) {
			if m.ephemeralTo == a.id {
				c.take(m)
			}
		}
	}
	s.closeAll(a.id)
}

// Views lists the person's open modals, the top one last.
func (a *Actor) Views() []View {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	out := []View{}
	for _, v := range a.sim.stacks[a.id] {
		out = append(out, a.sim.seenView(v))
	}
	return out
}

// Home is the person's Home tab of the app, nil when none was published.
func (a *Actor) Home() *View {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if v := a.sim.homes[a.id]; v != nil {
		seen := a.sim.seenView(v)
		return &seen
	}
	return nil
}

// actionTS is the time of an interaction.
func (s *Sim) actionTS() string {
	t := s.now()
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/int(time.Microsecond))
}
