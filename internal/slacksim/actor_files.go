package slacksim

// File finds a file that the person sees in some conversation.
func (a *Actor) File(id string) (File, bool) {
	s := a.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, channelID := range s.chanOrder {
		c := s.channels[channelID]
		if !a.reads(c) {
			continue
		}
		for _, m := range c.msgs {
			if !m.visibleTo(a.id) {
				continue
			}
			for _, f := range m.files {
				if f.ID == id {
					return *f, true
				}
			}
		}
	}
	return File{}, false
}
