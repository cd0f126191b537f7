// Learn keeps what search learns from the built-in content in
// playbooks/learnt/finder.bin, which the program takes into itself when it is
// built: it then starts in a moment rather than in seconds. Without the file, or
// with one that does not fit the content, it learns when it starts.
//
// Run it from the top of the repository: make learnt.
package main

import (
	"fmt"
	"os"

	"allybot/internal/playbook"
	"allybot/playbooks"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	library, problems := playbook.Load(playbooks.FS)
	if len(problems) > 0 {
		return fmt.Errorf("the content has mistakes, see ally playbooks lint; the first: %s", problems[0])
	}
	learnt, err := library.Learnt()
	if err != nil {
		return fmt.Errorf("what was learnt cannot be written down: %w", err)
	}
	return os.WriteFile("playbooks/learnt/finder.bin", learnt, 0o644) //nolint:gosec // it is as public as the content
}
