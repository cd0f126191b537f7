// Package playbooks is the content that comes with Ally, embedded into the
// binary. README.md in this folder says how to write it.
package playbooks

import "embed"

// FS holds the built-in content in the form playbook.Load reads.
//
//go:embed *.yaml scripts/*.md lessons/*.md phrasings/*.txt examples/*.txt learnt
var FS embed.FS
