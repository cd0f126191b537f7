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

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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
		p.t.Fatalf("this never came true: %s\nmessages: %s", condition, eval[string](p, `document.querySelector("main")?.innerText ?? ""`))
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

func (p *tab) click(selector string) {
	p.t.Helper()
	p.until("document.querySelector(" + quote(selector) + ")")
	p.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// press clicks the button with this text.
func (p *tab) press(text string) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll("button")].find((b) => b.innerText.trim() === %s && b.offsetParent && !b.closest("[inert]"))`, quote(text))
	p.until(find)
	eval[any](p, `document.querySelectorAll("[data-test-target]").forEach((e) => delete e.dataset.testTarget), (`+find+`).dataset.testTarget = "", null`)
	p.do(chromedp.Click(chromedp.CSS("[data-test-target]"), chromedp.NodeVisible))
}

// type types where the focus is.
func (p *tab) keys(keys string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys))
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
