package slacksim

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Join joins a public channel.
func (a *Actor) Join(channelID string) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	p := a.sim.people[a.id]
	if c := a.sim.channels[channelID]; c != nil && !c.private && !c.archived && !p.Guest && !p.SingleChannelGuest && !a.sim.external(a.id) {
		a.sim.join(c, a.id, "")
	}
}

// Leave leaves a channel.
func (a *Actor) Leave(channelID string) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if c, err := a.in(channelID); err == nil && !c.im {
		a.sim.leave(c, a.id)
		a.sim.touch()
	}
}

// Invite adds somebody, or the app's bot, to a channel the person is in.
func (a *Actor) Invite(channelID, userID string) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	c, err := a.in(channelID)
	if err != nil || c.im || c.mpim || c.archived || a.sim.people[userID] == nil || (a.sim.external(userID) && !c.extShared) {
		return
	}
	a.sim.join(c, userID, a.id)
}

// Kick removes somebody, or the app's bot, from a channel the person is in.
func (a *Actor) Kick(channelID, userID string) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	if c, err := a.in(channelID); err == nil && !c.im {
		a.sim.leave(c, userID)
		a.sim.touch()
	}
}

// Archive archives a channel the person is in.
func (a *Actor) Archive(channelID string) {
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	c, err := a.in(channelID)
	if err != nil || c.im || c.mpim || c.archived {
		return
	}
	c.archived = true
	event := "channel_archive"
	if c.private {
		event = "group_archive"
	}
	a.sim.emit(event, c, obj{"type": event, "channel": c.id, "user": a.id})
	a.sim.touch()
}

// channelName is what a channel can be called: up to 80 letters in lower case,
// digits, hyphens and underscores.
var channelName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{M}\p{Nd}_-]{1,80}$`)

// Rename gives a channel the person is in another name.
func (a *Actor) Rename(channelID, name string) error {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := a.manages(channelID)
	switch {
	case err != nil:
		return err
	case !channelName.MatchString(name):
		return fmt.Errorf("%q is no name for a channel", name)
	case slices.ContainsFunc(s.chanOrder, func(id string) bool { return s.channels[id].name == name }):
		return fmt.Errorf("there is a channel %q already", name)
	}
	old := c.name
	c.name = name
	event, subtype := "channel_rename", "channel_name"
	if c.private {
		event, subtype = "group_rename", "group_name"
	}
	s.emit(event, c, obj{"type": event, "channel": obj{
		"id": c.id, "name": c.name, "name_normalized": c.name, "created": c.created, "is_channel": !c.private, "is_mpim": false,
	}})
	s.post(c, &message{
		userID: a.id, subtype: subtype, extra: obj{"old_name": old, "name": name},
		text: fmt.Sprintf("<@%s> has renamed the channel from \"%s\" to \"%s\"", a.id, old, name),
	})
	return nil
}

// SetTopic changes what a channel the person is in is about.
func (a *Actor) SetTopic(channelID, topic string) error {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := a.manages(channelID)
	if err != nil {
		return err
	}
	if tooLong(topic, 250) {
		return errors.New("a topic has at most 250 characters")
	}
	c.topic = escaper.Replace(topic)
	subtype := "channel_topic"
	if c.private {
		subtype = "group_topic"
	}
	s.post(c, &message{userID: a.id, subtype: subtype, extra: obj{"topic": c.topic}, text: "<@" + a.id + "> set the channel topic: " + c.topic})
	return nil
}

// manages is a channel whose name and topic the person can change.
func (a *Actor) manages(channelID string) (*channel, error) {
	c, err := a.in(channelID)
	p := a.sim.people[a.id]
	switch {
	case err != nil:
		return nil, err
	case c.im || c.mpim:
		return nil, errors.New("a direct message has neither name nor topic")
	case c.archived:
		return nil, errors.New("the channel is archived")
	case p.Guest || p.SingleChannelGuest || a.sim.external(a.id):
		return nil, errors.New("guests cannot change the channel")
	}
	return c, nil
}
