package app

import (
	"strings"
	"testing"
)

func TestPreparingAConversation(t *testing.T) {
	w := newWorkspace(t)
	w.run()
	alice := w.As(w.alice)
	if err := alice.Command(w.general, "/ally", "prep sam keeps talking over me").Wait(patience); err != nil {
		t.Fatal(err)
	}
	w.eventually("the form", func() bool { return len(alice.Views()) == 1 })
	form := alice.Views()[0]
	if form.Title != "Prepare a conversation" || !strings.Contains(string(form.Blocks), "sam keeps talking over me") {
		t.Fatalf("%s %s", form.Title, form.Blocks)
	}
	alice.Type(form.ID, "goal", "change")
	if ex := alice.Submit(form.ID); ex.Wait(patience) != nil || len(ex.Errors()) > 0 {
		t.Fatalf("%v %v", ex.Wait(patience), ex.Errors())
	}
	w.eventually("the page", func() bool { return len(alice.Views()) == 2 })
	t.Logf("%s", alice.Views()[1].Blocks)
}
