package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The browser is started once for all tests; each gets a tab with its own storage.
var browser struct {
	sync.Once
	ctx   context.Context
	close func()
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if browser.close != nil {
		browser.close()
	}
	os.Exit(code)
}

func startBrowser() {
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		browser.err = fmt.Errorf("the browser tests need chromium: install it (make deps) and run the tests again")
		return
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-quic", true), chromedp.WindowSize(1280, 800))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	browser.ctx, browser.close = ctx, func() { cancel(); stop() }
	browser.err = chromedp.Do(ctx, chromedp.Navigate("about:blank"))
}

// tab is a page of the playground in a browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// open opens the page. Every exception and console error fails the test.
func open(t *testing.T, url string) *tab {
	t.Helper()
	browser.Do(startBrowser)
	if browser.err != nil {
		t.Fatal(browser.err)
	}
	ctx, cancel := chromedp.NewContext(browser.ctx)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(stop)
	p := &tab{t: t, ctx: ctx}
	p.do(chromedp.EmulateViewport(1280, 800))
	exceptions := chromedp.Events(ctx, runtime.ExceptionThrown)
	go func() {
		for e, err := range exceptions {
			if err != nil {
				return
			}
			t.Errorf("the page threw: %s %s", e.ExceptionDetails.Text, description(e.ExceptionDetails.Exception))
		}
	}()
	p.do(chromedp.Navigate(url))
	return p
}

func description(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return o.Description
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

func eval[T any](p *tab, js string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// until waits for a condition in the page; it looks anew after every change.
func (p *tab) until(condition string) {
	p.t.Helper()
	js := fmt.Sprintf(`new Promise((done) => {
		const holds = () => { try { return Boolean(%s) } catch { return false } };
		const end = setTimeout(() => { watch.disconnect(); clearInterval(look); done(holds()) }, 8000);
		const check = () => { if (holds()) { clearTimeout(end); clearInterval(look); watch.disconnect(); done(true) } };
		const watch = new MutationObserver(check);
		watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
		const look = setInterval(check, 50);
		check();
	})`, condition)
	if !eval[bool](p, js) {
		p.t.Fatalf("this never came true: %s\nthe page shows: %s", condition, eval[string](p, `(document.querySelector("#layers").innerText + "\\n" + document.querySelector("main")?.innerText).slice(0, 1500)`))
	}
}

// see waits until the text stands somewhere in the element.
func (p *tab) see(selector, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("[...document.querySelectorAll(%s)].some((e) => e.innerText.includes(%s))", quote(selector), quote(text)))
}

// gone waits until the text stands nowhere in the element.
func (p *tab) gone(selector, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("![...document.querySelectorAll(%s)].some((e) => e.innerText.includes(%s))", quote(selector), quote(text)))
}

// click clicks what a person would: the middle of the element, once it is to be
// seen and nothing lies over it.
func (p *tab) click(selector string) {
	p.t.Helper()
	p.clickOn("document.querySelector(" + quote(selector) + ")")
}

func (p *tab) clickOn(element string) {
	p.t.Helper()
	p.until(`(() => {
		const e = ` + element + `;
		e.scrollIntoView({block: "nearest"});
		const r = e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
		const hit = document.elementFromPoint(x, y);
		window.testPoint = [x, y];
		return r.width > 0 && (e.contains(hit) || hit?.closest("label")?.contains(e));
	})()`)
	at := eval[[]float64](p, "window.testPoint")
	p.do(chromedp.MouseClickXY(at[0], at[1]))
}

// press clicks the button with this text.
func (p *tab) press(text string) {
	p.t.Helper()
	p.clickOn(fmt.Sprintf(`[...document.querySelectorAll("button")].find((b) => b.innerText.trim() === %s && b.offsetParent && !b.closest("[inert]"))`, quote(text)))
}

// keys presses keys where the focus is. Key and character travel in one event,
// as from a real keyboard: a key that the page takes gives no character.
func (p *tab) keys(keys string) {
	p.t.Helper()
	for _, r := range keys {
		for _, e := range kb.Encode(r) {
			switch e.Type {
			case kb.KeyChar:
				continue
			case kb.KeyDown:
				if char := characterOf(r); char != "" {
					e.Text, e.UnmodifiedText = char, char
				}
			}
			if _, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, *e); err != nil {
				p.t.Fatal(err)
			}
		}
	}
}

func characterOf(r rune) string {
	for _, e := range kb.Encode(r) {
		if e.Type == kb.KeyChar {
			return e.Text
		}
	}
	return ""
}

// write writes into a field and, with "\r" at its end, presses Enter.
func (p *tab) write(selector, text string) {
	p.t.Helper()
	p.click(selector)
	p.keys(text)
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// selectAll selects what is in the field with the focus.
func selectAll(p *tab) []chromedp.Action[chromedp.Void] {
	return []chromedp.Action[chromedp.Void]{chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`)}
}

// shift presses a key with Shift held.
func (p *tab) shift(key string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(kb.ModifierShift)))
}
