package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// hidden is all that ever gets printed of a secret.
const hidden = "[secret]"

// Secret is a token or a URL with a password. However it is printed, logged or
// encoded, only "[secret]" comes out; Reveal gives the value to whoever
// connects with it.
type Secret struct {
	// A function, so that printing by reflection, which passes over the
	// methods of unexported fields, has nothing to show.
	reveal func() string
}

// NewSecret wraps a value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return value }}
}

// Reveal returns the value.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Set says whether there is a value.
func (s Secret) Set() bool { return s.reveal != nil }

// Decode reads the value of an environment variable.
func (s *Secret) Decode(value string) error {
	value = strings.TrimSpace(value)
	if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return errors.New("there is a space or a line break in it")
	}
	*s = NewSecret(value)
	return nil
}

// String returns "[secret]", or nothing when there is no value.
func (s Secret) String() string {
	if !s.Set() {
		return ""
	}
	return hidden
}

// Format prints like String under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, s.String()) }

// MarshalText encodes like String, for JSON, YAML and logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
