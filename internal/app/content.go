package app

import (
	"context"
	"time"

	"allybot/internal/content"
	"allybot/internal/playbook"
	"allybot/playbooks"
)

// Content loads the built-in scripts and, over them, those of an organisation's
// own folder (dir may be empty), as the bot does at its start. A file with a
// mistake is left out and reported; a folder that cannot be read is an error.
func Content(dir string) (*playbook.Library, []playbook.Problem, error) {
	store, err := content.Open(content.Options{BuiltIn: playbooks.FS, Dir: dir, Lazy: true})
	if err != nil {
		return nil, nil, err
	}
	return store.Library(), store.Problems(), nil
}

// watchContent loads what changes in ALLY_PLAYBOOKS_DIR until the bot stops.
func (a *App) watchContent(ctx context.Context) {
	every := a.deps.Tempo.LookEvery
	if every == 0 {
		every = content.Every
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	tick, done := time.NewTicker(every), make(chan struct{})
	go func() {
		defer close(done)
		defer tick.Stop()
		a.content.Watch(ctx, tick.C)
	}()
	a.stopWatching = func() { cancel(); <-done }
}
