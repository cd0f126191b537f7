package playbook

import (
	"testing"

	"allybot/playbooks"
)

// BenchmarkLoad is what the bot's start and each reload cost.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		Load(playbooks.FS)
	}
}
