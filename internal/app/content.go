package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"allybot/internal/content"
	"allybot/internal/playbook"
	"allybot/playbooks"
)

// Content loads the built-in scripts and, over them, those of an organisation's
// own folder (dir may be empty). A file with a mistake is left out and
// reported; a folder that cannot be read is an error.
func Content(dir string) (*playbook.Library, []playbook.Problem, error) {
	folders := []fs.FS{playbooks.FS}
	if dir != "" {
		info, err := os.Stat(dir)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("ALLY_PLAYBOOKS_DIR: the folder %s cannot be read", dir)
		case !info.IsDir():
			return nil, nil, fmt.Errorf("ALLY_PLAYBOOKS_DIR: %s is not a folder", dir)
		}
		folders = append(folders, os.DirFS(dir))
	}
	library, problems := playbook.Load(folders...)
	return library, problems, nil
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
