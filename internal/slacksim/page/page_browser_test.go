package page_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"allybot/internal/slacksim"
)

const (
	composer = "[data-testid=composer]"
	messages = "[data-testid=message]"
	notices  = "[data-testid=notice]"
)

// in is the address of the page as a person in a channel.
func (w *workspace) in(person, channel string) string {
	return fmt.Sprintf("%s/#/%s/%s", w.sim.BaseURL(), person, channel)
}

func (w *workspace) become(p *tab, person string) {
	p.t.Helper()
	p.click("[data-testid=who]")
	p.click("[data-testid=as-" + person + "]")
	p.until(fmt.Sprintf("location.hash.includes(%q) && !document.querySelector('[data-testid=menu]')", person))
}

func TestACommandIsAnsweredPrivately(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/ec")
	p.see("[data-testid=completion]", "[text]")
	p.keys(kb.Enter)
	p.see("[data-testid=usage]", "Says it again")
	p.keys("hello @minh <b>\r")
	p.see(messages, "You said: hello")
	p.see(messages, "Only visible to you")
	p.see(messages, "Again: hello @Nguyễn Thị Minh <b>")
	if left := eval[string](p, `document.querySelector("[data-testid=composer]").value`); left != "" {
		t.Errorf("the composer still holds %q", left)
	}

	w.become(p, w.minh)
	p.gone(messages, "You said")
	w.become(p, w.ada)
	p.see(messages, "You said: hello")
	p.click("[data-testid=dismiss]")
	p.gone(messages, "You said")
}

func TestAButtonReplacesTheAnswerInPlace(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/echo once\r")
	p.see(messages, "You said: once")
	p.press("Louder")
	p.see(messages, "You chose louder loud")
	p.gone(messages, "You said")
	if n := eval[int](p, `document.querySelectorAll("[data-testid=message]").length`); n != 1 {
		t.Errorf("there are %d messages instead of one in its place", n)
	}
}

// Loading the page again is what restarting the client is in Slack.
func TestReloadingLosesWhatWasPrivateAndOpen(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.minh, w.general))
	p.write("[data-testid=composer]", "/echo hello\r")
	p.see(messages, "Only visible to you")
	p.write("[data-testid=composer]", "/form \r")
	p.until(`document.querySelector("[data-testid=modal]")`)
	p.do(chromedp.Reload())
	p.until(`!document.querySelector("#app").hidden`)
	p.gone(messages, "Only visible to you")
	p.until(`!document.querySelector("[data-testid=modal]")`)
}

func TestAConfirmDialogAsksFirst(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/echo twice\r")
	p.press("Forget")
	p.see("[data-testid=confirm]", "It will be gone.")
	p.press("Keep it")
	p.until(`!document.querySelector("[data-testid=confirm]")`)
	p.see(messages, "You said: twice")
	p.press("Forget")
	p.press("Forget it")
	p.see(messages, "You chose gone")
}

func TestSelects(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/echo pick\r")
	p.click("[data-action-id=tone] button")
	p.see("[data-testid=listbox]", "Gentle")
	p.keys(kb.ArrowDown + kb.Enter)
	p.see(messages, "You chose tone direct")

	p.write(composer, "/echo search\r")
	p.click("[data-action-id=find] button")
	p.see("[data-testid=listbox]", "Type 2 more characters")
	p.keys("qu")
	p.see("[data-testid=listbox]", "Found qu")
	p.keys(kb.Enter)
	p.see(messages, "You chose find found")

	// Typing on a closed select searches at once.
	p.write(composer, "/echo search\r")
	p.until(`document.querySelector("[data-action-id=find] button")`)
	eval[any](p, `document.querySelector("[data-action-id=find] button").focus(), null`)
	p.keys("no")
	p.until(`document.querySelector("[data-testid=select-search]").value === "no"`)
	p.see("[data-testid=listbox]", "Found no")
	p.keys(kb.Escape)
	p.until(`!document.querySelector("[data-testid=listbox]")`)
}

func TestAModalShowsFieldErrorsAndCloses(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/form\r")
	p.see("[data-testid=modal]", "A form")
	p.until(`document.activeElement.matches(".modal input")`)
	p.press("Send")
	p.see("[role=alert]", "Please complete this required field.")
	p.write(".modal input", "bad")
	p.press("Send")
	p.see("[role=alert]", "Not that one.")
	p.until(`document.querySelector(".modal input").value === "bad" && document.querySelector(".modal input").getAttribute("aria-invalid") === "true"`)
	p.write(".modal input", kb.End+" no more")
	p.press("Send")
	p.until(`!document.querySelector("[data-testid=modal]") && !document.getElementById("app").inert`)
	p.until(fmt.Sprintf("document.activeElement.matches(%q)", composer))
}

func TestTheKeyboardStaysInTheModal(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.click("[data-testid=shortcuts]")
	p.see("[data-testid=menu]", "Open the form")
	p.keys(kb.Enter)
	p.see("[data-testid=modal]", "A form")
	for range 9 {
		p.keys(kb.Tab)
		if !eval[bool](p, `Boolean(document.activeElement.closest("[data-testid=modal]"))`) {
			t.Fatal("Tab left the modal")
		}
	}
	p.keys(kb.Escape)
	p.until(`!document.querySelector("[data-testid=modal]")`)
	if n := len(w.sim.As(w.ada).Views()); n != 0 {
		t.Errorf("%d views are still open in the workspace", n)
	}
}

func TestAMessageShortcutOpensFromTheMenu(t *testing.T) {
	w := newWorkspace(t)
	w.sim.As(w.minh).Say(w.general, "say this again")
	p := open(t, w.in(w.ada, w.general))
	p.see(messages, "say this again")
	p.click(messages + " .text") // the mouse is on the message now
	p.click("[data-testid=message-menu]")
	p.click("[data-testid=shortcut-repeat]")
	p.see("[data-testid=modal]", "A form")
}

func TestThreadsRefuseCommands(t *testing.T) {
	w := newWorkspace(t)
	ts := w.sim.As(w.minh).Say(w.general, "root")
	p := open(t, w.in(w.ada, w.general)+"/"+ts)
	p.see("[data-testid=thread-messages]", "root")
	p.write("[data-testid=thread-composer]", "/echo here\r")
	p.see("[data-testid=thread] "+notices, "/echo is not supported in threads. Sorry!")
	p.click("[data-testid=thread-composer]")
	p.do(selectAll(p)...)
	p.keys("a reply\r")
	p.see("[data-testid=thread-messages]", "a reply")
	p.see("[data-testid=open-thread]", "1 reply")
	p.click("[data-testid=thread-close]")
	p.until(`document.querySelector("[data-testid=thread]").hidden`)
}

func TestWhatTheClientItselfSays(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/nonsense\r")
	p.see(notices, "/nonsense is not a valid command")
	p.click(composer)
	p.do(selectAll(p)...)
	p.keys("/mute\r")
	p.see(notices, `/mute failed with the error "operation_timeout"`)
}

func TestPeopleSeeTheirOwnTime(t *testing.T) {
	w := newWorkspace(t)
	w.sim.As(w.minh).Say(w.general, "what time is it")
	p := open(t, w.in(w.ada, w.general))
	p.see(messages, "10:00")
	p.see("[data-testid=time]", "Sat 21 Nov")
	w.become(p, w.minh)
	p.see(messages, "17:00")
	w.become(p, w.carlos)
	p.see("[data-testid=who]", "External")
	w.become(p, w.gen)
	p.see("[data-testid=who]", "Guest")
}

func TestTheClockMoves(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.see("[data-testid=time]", "10:00")
	p.click("[data-testid=clock]")
	p.click("[data-testid=clock-monday]")
	p.see("[data-testid=time]", "Mon 23 Nov, 09:00")
	if want := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC); !w.clock.Now().Equal(want) {
		t.Errorf("the clock shows %v", w.clock.Now())
	}
	p.click("[data-testid=clock]")
	p.click("[data-testid=clock-hour]")
	p.see("[data-testid=time]", "10:00")
	p.click("[data-testid=clock]")
	p.click("[data-testid=clock-morning]")
	p.see("[data-testid=time]", "Tue 24 Nov, 09:00")
	p.click("[data-testid=clock]")
	p.click("[data-testid=clock-week]")
	p.see("[data-testid=time]", "Tue 1 Dec, 09:00")
}

func TestHuddles(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.click("[data-testid=huddle-start]")
	p.see("[data-testid=huddle-names]", "You")
	p.see(messages, "A huddle is happening")
	w.become(p, w.minh)
	p.click("[data-testid=huddle-join]")
	p.see("[data-testid=huddle-names]", "Ada, You")
	p.click("[data-testid=huddle-leave]")
	p.until(`document.querySelector("[data-testid=huddle-names]").innerText === "Ada"`)
	p.click("[data-testid=huddle-end]")
	p.until(`!document.querySelector("[data-testid=huddle]")`)
	p.see(messages, "A huddle happened")
}

func TestOthersMessagesArriveByThemselves(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.until(`!document.querySelector("#app").hidden`)
	w.sim.As(w.minh).Say(w.general, "are you there?")
	p.see(messages, "are you there?")
	p.see("#live", "Nguyễn Thị Minh: are you there?")
	w.sim.As(w.minh).React(w.general, w.sim.As(w.ada).Messages(w.general)[0].TS, "wave")
	p.click("[data-testid=reaction]")
	p.until(`document.querySelector("[data-testid=reaction]").getAttribute("aria-pressed") === "true"`)
	p.click("[data-testid=reaction]")
	p.until(`document.querySelector("[data-testid=reaction]").getAttribute("aria-pressed") === "false"`)
}

func TestHomeAndMessages(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.click("[data-testid=app-row]")
	p.see("[data-testid=home]", "Welcome home")
	p.click("[data-testid=tab-messages]")
	p.write(composer, "hello\r")
	p.see(messages, "hello")
	if got := w.sim.As(w.ada).Messages(w.sim.As(w.ada).DM()); len(got) != 1 || got[0].Text != "hello" {
		t.Errorf("the conversation with the app holds %+v", got)
	}
}

func TestThingsToTry(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.secret))
	p.see("[data-testid=tries]", "Two things to try")
	p.click("[data-testid=try-1] button")
	p.until(fmt.Sprintf(`document.querySelector(%q).value === "/echo hello there" && document.activeElement.matches(%q)`, composer, composer))
	p.see("[data-testid=who]", "Minh")
	p.see("[data-testid=place]", "general")
	if n := len(w.sim.Calls("")); eval[int](p, `document.querySelectorAll("[data-testid=message]").length`) != 0 {
		t.Errorf("something was sent (%d calls)", n)
	}
	p.keys("\r")
	p.see(messages, "You said: hello there")
	p.click("[data-testid=try-2] button")
	p.see("[data-testid=home]", "Welcome home")
	p.see("[data-testid=who]", "Ada")
}

// Whoever one becomes begins in a place of their own, not in a channel that
// happened to be open and that they are not in.
func TestBecomingSomebodyElsewhere(t *testing.T) {
	w := newWorkspace(t)
	own := w.sim.AddChannel(slacksim.Channel{Name: "own", Members: []string{w.ada}})
	p := open(t, w.in(w.ada, own))
	p.see("[data-testid=place]", "own")
	p.click("[data-testid=who]")
	p.click("[data-testid=as-" + w.minh + "]")
	p.see("[data-testid=place]", "general")
}

// Editing the last message from the composer returns there.
func TestArrowUpEditsTheLastMessage(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "helo\r")
	p.see(messages, "helo")
	p.keys(kb.ArrowUp)
	p.until(`document.activeElement.matches(".editor textarea")`)
	p.do(selectAll(p)...)
	p.keys("hello\r")
	p.see(messages, "hello (edited)")
	p.until(fmt.Sprintf("document.activeElement.matches(%q)", composer))
}

func TestJumpingByKeyboard(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.see("[data-testid=place]", "general")
	p.keys(kb.Tab) // the focus is in the page
	eval[any](p, `document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true})), null`)
	p.until(`document.querySelector("[data-testid=switcher]")`)
	p.keys("secr\r")
	p.see("[data-testid=place]", "secret")
	p.until(`!document.querySelector("[data-testid=switcher]")`)
}

func TestMentionsAreCompleted(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "thanks @ngu")
	p.see("[data-testid=completion]", "Nguyễn Thị Minh")
	p.keys(kb.Tab)
	p.until(fmt.Sprintf(`document.querySelector(%q).value === "thanks @minh "`, composer))
	p.keys("\r")
	p.see(messages+" .mention", "@Nguyễn Thị Minh")
	p.keys(kb.ArrowUp)
	p.until(`document.activeElement.matches(".editor textarea") && document.activeElement.value === "thanks @minh"`)
	p.keys(" again\r")
	p.see(messages, "again")
	p.see(messages, "(edited)")
}

func TestNothingThatPeopleWriteBecomesMarkup(t *testing.T) {
	w := newWorkspace(t)
	for _, text := range []string{
		`<img src=x onerror=alert(1)>`, `<script>document.title="owned"</script>`, `&lt;b&gt;bold&lt;/b&gt;`, `"><svg onload=alert(1)>`,
		`javascript:alert(1)`, `*<i>*`, "`<u>`", "```<s>```", `> <b>`, `https://example.com/"onmouseover="alert(1)`,
	} {
		w.sim.As(w.minh).Say(w.general, text)
	}
	p := open(t, w.in(w.ada, w.general))
	p.see(messages, "onerror")
	p.write(composer, "/echo <img src=x onerror=alert(2)> <https://a.example|<b>>\r")
	p.see(messages, "You said: <img src=x onerror=alert(2)>")
	for _, tag := range []string{"script:not([src])", "main img", "main svg:not(.icon)", "main u", "main b", "main [onerror]", "main [onload]", "main [onmouseover]", `a[href^="javascript"]`} {
		if n := eval[int](p, "document.querySelectorAll("+quote(tag)+").length"); n != 0 {
			t.Errorf("%d elements %s", n, tag)
		}
	}
	if title := eval[string](p, "document.title"); strings.Contains(title, "owned") {
		t.Error("a script ran")
	}
	p.click("[data-testid=who]")
	p.see("[data-testid=menu]", "Carlos <b>Núñez</b>")
}

func TestAMessageIsReachedByKeyboardAlone(t *testing.T) {
	w := newWorkspace(t)
	w.sim.As(w.minh).Say(w.general, "first")
	w.sim.As(w.minh).Say(w.general, "second")
	p := open(t, w.in(w.ada, w.general))
	p.until(fmt.Sprintf("document.activeElement.matches(%q)", composer))
	p.shift(kb.Tab)
	p.until(`document.activeElement.matches("[data-testid=messages]")`)
	p.keys(kb.ArrowUp + kb.ArrowUp)
	p.until(`document.activeElement.matches("[data-testid=message]") && document.activeElement.innerText.includes("first")`)
	p.keys(kb.Tab + kb.Tab + kb.Tab)
	p.until(`document.activeElement.matches("[data-testid=message-menu]")`)
	p.keys(kb.Enter)
	p.until(`document.activeElement.matches("[data-testid=shortcut-repeat]")`)
	p.keys(kb.Enter)
	p.see("[data-testid=modal]", "A form")
	p.keys(kb.Escape)
	p.until(`!document.querySelector("[data-testid=modal]") && document.activeElement.matches("[data-testid=message-menu]")`)
}

func TestEscapeClosesOneThingAtATime(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.in(w.ada, w.general))
	p.write(composer, "/survey\r")
	p.see("[data-testid=modal]", "Survey")
	p.click("[data-block-id=one] .select-control")
	p.until(`document.activeElement.matches("[data-testid=select-search]")`)
	p.keys(kb.Escape)
	p.until(`!document.querySelector("[data-testid=listbox]") && document.activeElement.matches("[data-block-id=one] .select-control")`)
	p.see("[data-testid=modal]", "Survey")
	p.keys(kb.Escape)
	p.until(`!document.querySelector("[data-testid=modal]")`)
}

func TestPeopleOfOtherOrganisations(t *testing.T) {
	w := newWorkspace(t)
	shared := w.sim.AddChannel(slacksim.Channel{Name: "shared", ExtShared: true, Members: []string{w.ada, w.carlos}})
	w.sim.As(w.ada).Say(shared, "welcome")
	p := open(t, w.in(w.carlos, shared))
	p.write(composer, "/echo hello\r")
	p.see(notices, "people of other organisations cannot")
	p.click("[data-testid=shortcuts]")
	p.see("[data-testid=menu]", "There are no shortcuts for you here")
	p.keys(kb.Escape)
	if n := eval[int](p, `document.querySelectorAll("[data-testid=app-row]").length`); n != 0 {
		t.Error("they see an app that is not installed where they work")
	}
}
