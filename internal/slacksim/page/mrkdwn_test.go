package page_test

import (
	"strings"
	"testing"
)

// render gives the markup the page makes of a text in Slack's form, with what
// only looks (classes, roles) left out.
const render = `(async (text, how) => {
	const { mrkdwn } = await import("/static/js/mrkdwn.js");
	const { markdown } = await import("/static/js/markdown.js");
	const world = {
		people: {U1: {id: "U1", name: "Zoë <b>"}, U2: {id: "U2", name: "Sam"}}, me: "U2",
		channels: [{id: "C1", name: "general"}], now: new Date("2026-11-21T10:00:00Z"), tz: "Asia/Tokyo",
	};
	const box = document.createElement("div");
	box.append(...[how === "markdown" ? [...markdown(text).childNodes] : mrkdwn(text, world)].flat());
	for (const e of box.querySelectorAll("*")) for (const a of [...e.attributes]) if (a.name !== "href") e.removeAttribute(a.name);
	return box.innerHTML.replace(/<\/?span>/g, "");
})`

func TestMrkdwn(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.sim.BaseURL())
	for _, c := range []struct{ text, want string }{
		{"plain", "plain"},
		{"*bold* _it_ ~gone~ `code`", "<strong>bold</strong> <em>it</em> <s>gone</s> <code>code</code>"},
		{"*_both_*", "<strong><em>both</em></strong>"},
		{"_*both* and more_", "<em><strong>both</strong> and more</em>"},
		{"2*3*4 and snake_case_name", "2*3*4 and snake_case_name"},
		{"* not bold *", "* not bold *"},
		{"**", "**"},
		{"*unclosed", "*unclosed"},
		{"(*in brackets*)", "(<strong>in brackets</strong>)"},
		{"*über*, *日本*", "<strong>über</strong>, <strong>日本</strong>"},
		{"`*not bold* <@U2>`", "<code>*not bold* @Sam</code>"},
		{"```*x*\n  y```", "<pre>*x*\n  y</pre>"},
		{"a\n```x```\nb", "a<pre>x</pre>b"},
		{"&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"},
		{"> quoted\n> more", "<blockquote>quoted<br>more</blockquote>"},
		{"&gt;&gt;&gt; all\nof it", "<blockquote>all<br>of it</blockquote>"},
		{"one\ntwo", "one<br>two"},
		{"• item", "• item"},
		{"<@U1>", "@Zoë &lt;b&gt;"},
		{"<@U1|zoe>", "@Zoë &lt;b&gt;"},
		{"<@U9|gone>", "@gone"},
		{"<@U9>", "@unknown person"},
		{"<#C1|general>", "<button>#general</button>"},
		{"<#C9|>", "a private channel"},
		{"<!here> <!channel>", "@here @channel"},
		{"<!subteam^S1|@design>", "@design"},
		{"<https://a.example/?a=1&amp;b=2|the link>", `<a href="https://a.example/?a=1&amp;b=2">the link</a>`},
		{"<https://a.example|<b>>", `<a href="https://a.example">&lt;b</a>&gt;`},
		{"<mailto:a@b.example|a@b.example>", `<a href="mailto:a@b.example">a@b.example</a>`},
		{"see https://a.example/x.", `see <a href="https://a.example/x">https://a.example/x</a>.`},
		{"<javascript:alert(1)|click>", "click"},
		{"<javascript:alert(1)>", "&lt;javascript:alert(1)&gt;"},
		{"<data:text/html,x|click>", "click"},
		{"&lt;script&gt;", "&lt;script&gt;"},
		{"&amp;lt;", "&amp;lt;"},
		{"<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"},
		{"1 < 2 > 0", "1 &lt; 2 &gt; 0"},
		{":tada: :not_an_emoji: 10:30:00", "🎉 :not_an_emoji: 10:30:00"},
		{":wave::skin-tone-4:", "👋🏽"},
		{"<!date^1795255200^{date_num} {time}|then>", "<time>2026-11-21 19:00</time>"},
		{"<!date^1795255200^{date_pretty}^https://a.example|then>", `<a href="https://a.example">today</a>`},
		{"<!date^nonsense^{date}|then>", "<time>then</time>"},
		{"*<https://a.example|x>*", `<strong><a href="https://a.example">x</a></strong>`},
	} {
		if got := eval[string](p, render+"("+quote(c.text)+")"); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestMarkdownBlock(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.sim.BaseURL())
	for _, c := range []struct{ text, want string }{
		{"# One\ntext", "<h3>One</h3><p>text</p>"},
		{"**bold** *it* ~~no~~ `c`", "<p><strong>bold</strong> <em>it</em> <s>no</s> <code>c</code></p>"},
		{"snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>"},
		{"- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"},
		{"2. a\n3. b", "<ol><li>a</li><li>b</li></ol>"},
		{"> q\n> r", "<blockquote><p>q<br>r</p></blockquote>"},
		{"```go\nx < y\n```", "<pre>x &lt; y</pre>"},
		{"[l](https://a.example) ![i](https://a.example/i.png)", `<p><a href="https://a.example">l</a> <a href="https://a.example/i.png">i</a></p>`},
		{"[l](javascript:alert(1))", "<p>l)</p>"},
		{"a | b\n--- | ---\n1 | 2", "<div><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>"},
		{"<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"},
		{`\*not bold\*`, "<p>*not bold*</p>"},
		{"---", "<hr>"},
	} {
		if got := eval[string](p, render+"("+quote(c.text)+`, "markdown")`); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// Whatever comes, rendering ends, loses no letter and makes no element that
// could run anything.
func TestRenderingSurvivesAnything(t *testing.T) {
	w := newWorkspace(t)
	p := open(t, w.sim.BaseURL())
	check := `(async () => {
		const { mrkdwn } = await import("/static/js/mrkdwn.js");
		const { markdown } = await import("/static/js/markdown.js");
		const bits = ["*", "_", "~", "` + "`" + `", "` + "```" + `", "<", ">", "|", "@U1", "#C1", "!here", "!date^1^{date}|", "&lt;", "&amp;", "\n", "> ", "• ", "1. ", " ", "a", "é", "日", "👋🏽", ":tada:",
			"https://a.example/", "javascript:", "<img onerror=x>", "[x](", ")", "| ", "---", "#", "\u202e", "\u0000"];
		let seed = 7;
		const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
		const bad = [];
		for (let i = 0; i < 4000; i++) {
			const text = Array.from({length: 1 + random(14)}, () => bits[random(bits.length)]).join("");
			const box = document.createElement("div");
			try { box.append(...mrkdwn(text, {people: {}}), markdown(text)); } catch (e) { bad.push(text + ": " + e); continue }
			for (const e of box.querySelectorAll("*")) {
				if (!"A BLOCKQUOTE BR BUTTON CODE DIV EM H3 H4 H5 H6 HR INPUT LI OL P PRE S SPAN STRONG TABLE TBODY TD TH THEAD TIME TR UL".split(" ").includes(e.tagName)) bad.push(text + ": " + e.tagName);
				for (const a of e.attributes) if (a.name.startsWith("on") || /^\s*javascript:/i.test(a.value)) bad.push(text + ": " + a.name);
			}
		}
		return bad.slice(0, 5).join("\n");
	})()`
	if bad := eval[string](p, check); bad != "" {
		t.Error(bad)
	}
	long := eval[float64](p, `(async () => {
		const { mrkdwn } = await import("/static/js/mrkdwn.js");
		const start = performance.now();
		mrkdwn(`+quote(strings.Repeat("*_~`<", 800))+`, {people: {}});
		return performance.now() - start;
	})()`)
	if long > 2000 {
		t.Errorf("4,000 characters of marks took %.0f ms", long)
	}
}
