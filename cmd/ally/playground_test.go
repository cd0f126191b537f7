package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// startDemo builds the program, runs `ally demo` as a newcomer would, and
// returns the address it printed. The test ends it by SIGTERM and wants exit 0.
func startDemo(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "ally")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	cmd := exec.Command(bin, "demo", "--addr", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("ally demo printed no address: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("ally demo ended with %v", err)
		}
	})
	return strings.TrimSpace(line)
}

// browser opens a page in headless Chromium. Without Chromium the test fails.
func browser(t *testing.T, url string) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Fatal("the browser test needs chromium: run `make deps` and try again")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-quic", true), chromedp.WindowSize(1280, 800))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	act(ctx, t, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(url))
	return ctx
}

func act(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// until waits for a condition in the page.
func until(ctx context.Context, t *testing.T, condition string) {
	t.Helper()
	js := fmt.Sprintf(`new Promise((done) => {
		const end = setTimeout(() => done(false), 10000);
		const look = () => { try { if (%s) { clearTimeout(end); done(true); return } } catch {} setTimeout(look, 20) };
		look();
	})`, condition)
	ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js, chromedp.EvalAwaitPromise))
	if err != nil || !ok {
		page, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
		t.Fatalf("never true: %s (%v)\n%s", condition, err, page)
	}
}

const shown = `[...document.querySelectorAll("[data-testid=message]")].map((m) => m.innerText).join("\n")`

// The main job as a visitor sees it: they type, and privately get words to say.
func TestThePlaygroundAnswers(t *testing.T) {
	ctx := browser(t, startDemo(t))
	composer := chromedp.CSS("[data-testid=composer]")
	act(ctx, t, chromedp.Click(composer, chromedp.NodeVisible), chromedp.KeyEvent("/ally sam keeps getting talked over"))
	started := time.Now()
	act(ctx, t, chromedp.KeyEvent(kb.Enter))
	until(ctx, t, shown+`.includes("I'd like to hear the rest of Sam's point.")`)
	if took := time.Since(started); took > time.Second {
		t.Errorf("the words took %v", took)
	}
	until(ctx, t, shown+`.includes("Only visible to you")`)
	// The rest is one tap away and replaces the answer in place.
	act(ctx, t, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("[data-ephemeral] button")].find((b) => b.innerText === "More direct").click()`))
	until(ctx, t, shown+`.includes("Hold on, Sam hadn't finished.") && !`+shown+`.includes("the rest of Sam's point")`)
}
