package inbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// newSeal derives the key that payloads are encrypted with; nil without a secret.
func newSeal(secret string) (cipher.AEAD, error) {
	if secret == "" {
		return nil, nil
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "ally inbox payload", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (b *Inbox) sealed(name string, payload json.RawMessage) ([]byte, error) {
	if b.seal == nil {
		return payload, nil
	}
	return b.seal.Seal(nil, nil, payload, []byte(name)), nil
}

func (b *Inbox) opened(name, payload string) (json.RawMessage, error) {
	if b.seal == nil {
		return json.RawMessage(payload), nil
	}
	plain, err := b.seal.Open(nil, nil, []byte(payload), []byte(name))
	if err != nil {
		return nil, fmt.Errorf("%w: the payload was encrypted with another bot token", ErrFinal)
	}
	return plain, nil
}

// digest names a mark without saying what it is made of.
func digest(mark string) string {
	sum := sha256.Sum256([]byte(mark))
	return hex.EncodeToString(sum[:10])
}
