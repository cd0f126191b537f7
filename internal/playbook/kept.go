package playbook

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"io/fs"
)

// keptFile is where the first folder may keep what was learnt from it, so that
// nobody waits for learning the same again. make build puts it there.
const keptFile = "learnt/finder.bin"

// learning is raised whenever a change to the code makes something else of the same
// texts: what was kept before is then of no use.
const learning = 1

// fingerprint tells what a finder learnt from.
type fingerprint [sha256.Size]byte

func fingerprintOf(scripts, texts []string, class []int, t *tables) fingerprint {
	h := sha256.New()
	fmt.Fprintln(h, learning, learnMoments, learnOurs, learnHarm, bayesSmooth, gateBayesSmooth, scripts, *t) // fmt sorts maps
	for i, text := range texts {
		fmt.Fprintln(h, class[i], text)
	}
	var f fingerprint
	h.Sum(f[:0])
	return f
}

// Learnt is what the library has learnt, to be kept in the file learnt/finder.bin
// of its folder.
func (l *Library) Learnt() ([]byte, error) {
	f := l.finder()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	e := gob.NewEncoder(z)
	if err := e.Encode(f.from); err != nil {
		return nil, err
	}
	if err := e.Encode(f.learnt); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// readKept reads what was learnt from the same before, and says whether there is
// such. Whatever is wrong with it, learning anew helps.
func readKept(kept []byte, from fingerprint) (learnt, bool) {
	z, err := gzip.NewReader(bytes.NewReader(kept))
	if err != nil {
		return learnt{}, false
	}
	d := gob.NewDecoder(z)
	var of fingerprint
	if err := d.Decode(&of); err != nil || of != from {
		return learnt{}, false
	}
	var l learnt
	if err := d.Decode(&l); err != nil {
		return learnt{}, false
	}
	return l, true
}

// keptIn is the content of that file, if a folder has it.
func keptIn(fsys []fs.FS) []byte {
	if len(fsys) == 0 {
		return nil
	}
	kept, err := fs.ReadFile(fsys[0], keptFile)
	if err != nil {
		return nil
	}
	return kept
}
