package app

import (
	"fmt"
	"io/fs"
	"os"

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
