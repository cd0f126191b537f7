package playbook

import (
	"slices"
	"strings"
	"testing"
)

// french translates good.
const french = `---
title: Une épreuve de patience
moment: Quelqu'un essaie.
phrases: [une façon, deux façons, trois façons, quatre façons, cinq façons, six façons, sept façons, huit façons]
---

## Gentle
Écoutons d'abord {name|la personne qui parlait}.

## Direct
Laissez parler {name|la personne}, s'il vous plaît !

## Ask first
{name|Pardon}, aviez-vous fini ?

## If they push back
J'aimerais entendre la suite.

## Follow up privately
Bonjour {name|à vous}, qu'est-ce qui vous aiderait ?

## Avoid
- N'attendez pas.
`

func TestTranslation(t *testing.T) {
	canadian := strings.NewReplacer("Une épreuve", "Un test", "Écoutons", "On écoute").Replace(french)
	l, problems := lintOver(t, map[string]string{
		"scripts/patience.md":       strings.Replace(good, "roles: [bystander]", "roles: [bystander]\nsee: [interrupted, nowhere]\nfamily: patience", 1),
		"scripts/patience.fr.md":    french,
		"scripts/patience.fr-CA.md": canadian,
	})
	if len(problems) != 1 || !strings.Contains(problems[0].What, "nowhere") {
		t.Fatal(problems)
	}
	s := l.Script("patience")
	for locale, want := range map[string]string{"fr-FR": "fr", "fr": "fr", "fr-CA": "fr-CA", "en-GB": "en", "de-DE": "en", "": "en"} {
		if got := s.In(locale); got.Locale != want || got.ID != "patience" {
			t.Errorf("in %q: %s in %q, want %q", locale, got.ID, got.Locale, want)
		}
	}
	fr := s.In("fr-FR")
	if got := fillText(t, fr, FollowUp, Values{Name: "Inès"}); got != "Bonjour Inès, qu'est-ce qui vous aiderait ?" {
		t.Errorf("it says %q", got)
	}
	if text, _ := fr.Text(Gentle, Bystander, true); text.Locale != "fr" {
		t.Errorf("the text is in %q", text.Locale)
	}
	if !slices.Equal(fr.Practices, s.Practices) || !fr.For(Bystander) || fr.Family != "patience" || !slices.Equal(fr.See, []string{"interrupted"}) {
		t.Errorf("it is for %v, about %v, see %v", fr.Roles, fr.Practices, fr.See)
	}
	if n := len(s.Translations()); n != 2 || len(l.Scripts()) != 4 {
		t.Errorf("%d translations, %d scripts", n, len(l.Scripts()))
	}
	if fr.In("fr-CA").Locale != "fr" {
		t.Error("a translation has translations")
	}
}

// Who replaces a script has its words, and not the old ones in other languages.
func TestReplacingAScriptReplacesItsTranslations(t *testing.T) {
	builtIn := base(t)
	builtIn["scripts/interrupted.fr.md"] = folder(map[string]string{"f": french})["f"]
	title := strings.Replace(good, "A test of patience", "Our own", 1)
	hide := "---\nhide: true\n---\n"
	tests := map[string]struct {
		own  map[string]string
		want string
	}{
		"nothing":     {nil, "fr"},
		"replaced":    {map[string]string{"scripts/interrupted.md": title}, "en"},
		"both":        {map[string]string{"scripts/interrupted.md": title, "scripts/interrupted.fr.md": french}, "fr"},
		"hidden":      {map[string]string{"scripts/interrupted.fr.md": hide}, "en"},
		"with errors": {map[string]string{"scripts/interrupted.fr.md": "nothing"}, "fr"},
	}
	for name, tt := range tests {
		l, _ := Load(builtIn, folder(tt.own))
		if got := l.Script("interrupted").In("fr-FR").Locale; got != tt.want {
			t.Errorf("%s: in %q, want %q", name, got, tt.want)
		}
	}
}

func TestLintOfTranslations(t *testing.T) {
	tests := []struct {
		file, was, is string // in french
		line          int
		want          string
	}{
		{"patience.fr.md", "title: Une épreuve de patience\n", "", 1, "title is missing"},
		{"patience.fr.md", "moment:", "practices: [make-space]\nmoment:", 3, "take practices out; a translation has that of patience.md"},
		{"patience.fr.md", "moment:", "locale: de\nmoment:", 3, `locale is "de", but the file is named for "fr"`},
		{"patience.fr.md", "huit façons", "sept façons", 4, "twice"},
		{"patience.fr.md", "## Direct\n", "## Direkt\n", 10, "unknown heading"},
		{"patience.fr.md", "## Direct\n", "## Gentle, as host\nMoi.\n\n## Direct\n", 10, "a role that patience.md is not for"},
		{"patience.fr.md", "J'aimerais entendre la suite.", "{name's|Leur} idée.", 16, "the English 's"},
		{"patience.fr.md", "N'attendez pas.", "N'attendez pas", 23, "full stop"},
		{"patience.french.md", "", "", 0, "name a translation after"},
		{"patience.en.md", "", "", 0, `is in "en" already`},
		{"nobody.fr.md", "", "", 0, `there is no script "nobody" to translate`},
		{"patience.de.md", french, "---\nhide: true\n---\n", 2, "no translation to hide"},
		{"interrupted.fr.md", "", "", 2, "title is that of scripts/patience.fr.md already"},
	}
	for _, tt := range tests {
		files := map[string]string{"scripts/patience.md": good, "scripts/patience.fr.md": french}
		files["scripts/"+tt.file] = strings.Replace(french, tt.was, tt.is, 1)
		if tt.file == "interrupted.fr.md" { // read before patience.fr.md otherwise
			files["scripts/zz.fr.md"], files["scripts/zz.md"] = french, strings.Replace(good, "A test", "Another test", 1)
			delete(files, "scripts/interrupted.fr.md")
			tt.file = "zz.fr.md"
		}
		_, problems := lintOver(t, files)
		if !slices.ContainsFunc(problems, func(p Problem) bool {
			return p.Line == tt.line && strings.Contains(p.What, tt.want) && p.File == "scripts/"+tt.file
		}) {
			t.Errorf("%s, %q: problems are %v, want line %d: …%s…", tt.file, tt.is, problems, tt.line, tt.want)
		}
	}
}
