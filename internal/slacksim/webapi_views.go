package slacksim

func viewsOpen(s *Sim, c *apiCall) (obj, error) {
	t, err := s.takeTrigger(c.get("trigger_id"))
	if err != nil {
		return nil, err
	}
	v, err := s.newView(c.raw("view"), "modal", t.user, nil)
	if err != nil {
		return nil, err
	}
	s.openView(v)
	return obj{"view": s.viewObject(v)}, nil
}

func viewsPush(s *Sim, c *apiCall) (obj, error) {
	t, err := s.takeTrigger(c.get("trigger_id"))
	if err != nil {
		return nil, err
	}
	if !t.inView || s.top(t.user) == nil {
		return nil, fail("invalid_trigger_id") // not from within an open modal
	}
	v, err := s.newView(c.raw("view"), "modal", t.user, nil)
	if err != nil {
		return nil, err
	}
	if err := s.pushView(v); err != nil {
		return nil, err
	}
	return obj{"view": s.viewObject(v)}, nil
}

func viewsUpdate(s *Sim, c *apiCall) (obj, error) {
	if c.get("view_id") == "" && c.get("external_id") == "" {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] missing required field: view_id or external_id"}}
	}
	old := s.findView(c.get("view_id"), c.get("external_id"))
	if old == nil {
		return nil, fail("not_found")
	}
	if h := c.get("hash"); h != "" && h != old.hash {
		return nil, fail("hash_conflict")
	}
	fresh, err := s.newView(c.raw("view"), old.kind, old.user, old)
	if err != nil {
		return nil, err
	}
	s.replaceView(old, fresh)
	return obj{"view": s.viewObject(old)}, nil
}

func viewsPublish(s *Sim, c *apiCall) (obj, error) {
	if !s.manifest.Features.AppHome.HomeTab {
		return nil, fail("not_enabled")
	}
	p, err := s.known(c.get("user_id"))
	if err != nil || p.Deleted || p.Bot {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"[ERROR] user_id cannot have a Home tab"}}
	}
	old := s.homes[p.ID]
	if h := c.get("hash"); h != "" && (old == nil || h != old.hash) {
		return nil, fail("hash_conflict")
	}
	v, err := s.newView(c.raw("view"), "home", p.ID, old)
	if err != nil {
		return nil, err
	}
	if old == nil {
		v.root = v.id
		s.homes[p.ID], s.views[v.id] = v, v
		s.touch()
		return obj{"view": s.viewObject(v)}, nil
	}
	s.replaceView(old, v)
	return obj{"view": s.viewObject(old)}, nil
}
