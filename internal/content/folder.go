package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing/fstest"

	"allybot/internal/playbook"
)

const (
	// maxFiles and maxBytes keep a wrong folder, such as a home directory, from
	// being read into memory. A script has about 5 KB.
	maxFiles = 5_000
	maxBytes = 1 << 20 // of one file
)

// files are texts by their path inside the folder, with slashes.
type files map[string][]byte

// fs gives the files as a folder. The map of the standard library's tests is the
// one folder in memory that it has.
func (f files) fs() fs.FS {
	m := fstest.MapFS{}
	for name, text := range f {
		m[name] = &fstest.MapFile{Data: text, Mode: 0o444}
	}
	return m
}

func (f files) equal(other files) bool { return maps.EqualFunc(f, other, bytes.Equal) }

// readFolder reads the texts of a folder and of the folders in it. Files that
// cannot be read are reported; an error means that the folder as a whole cannot.
// It follows symbolic links, as a Kubernetes config map is made of them; names
// that begin with a dot are not content.
func readFolder(dir string) (files, []playbook.Problem, error) {
	found := files{}
	var trouble []playbook.Problem
	var walk func(inside string, deeper bool) error
	walk = func(inside string, deeper bool) error {
		entries, err := os.ReadDir(filepath.Join(dir, inside))
		if err != nil {
			return err
		}
		for _, e := range entries {
			name := path.Join(inside, e.Name())
			if strings.HasPrefix(e.Name(), ".") {
				continue
			}
			info, err := os.Stat(filepath.Join(dir, name))
			switch {
			case errors.Is(err, fs.ErrNotExist): // gone since it was listed
			case err != nil:
				trouble = append(trouble, unreadable(name))
			case info.IsDir():
				if !deeper {
					continue
				}
				if err := walk(name, false); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
			case info.Mode().IsRegular() && isText(name):
				if len(found) == maxFiles {
					return fmt.Errorf("there are more than %d files", maxFiles)
				}
				text, err := readText(filepath.Join(dir, name))
				switch {
				case err == nil:
					found[name] = text
				case !errors.Is(err, fs.ErrNotExist):
					trouble = append(trouble, unreadable(name))
				}
			}
		}
		return nil
	}
	if err := walk("", true); err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err // the path is said already
		}
		return nil, nil, fmt.Errorf("the folder %s cannot be read: %w", dir, err)
	}
	return found, trouble, nil
}

func unreadable(name string) playbook.Problem {
	return playbook.Problem{File: name, What: "the file cannot be read; give the bot the right to, and keep it below 1 MB"}
}

func isText(name string) bool {
	switch path.Ext(name) {
	case ".md", ".yaml", ".yml", ".json", ".jsonl", ".txt":
		return true
	}
	return false
}

func readText(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && len(text) > maxBytes {
		err = errors.New("too long")
	}
	return text, err
}
