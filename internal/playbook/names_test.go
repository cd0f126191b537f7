package playbook

import "testing"

func TestWhoItIsAbout(t *testing.T) {
	l := builtIn(t)
	tests := []struct {
		text string
		want Name
	}{
		// as written
		{"sam keeps getting talked over", Name{Written: "Sam"}},
		{"Sam keeps getting talked over", Name{Written: "Sam"}},
		{"SAM KEEPS GETTING TALKED OVER", Name{Written: "Sam"}},
		{"Dr. Nguyễn was interrupted", Name{Written: "Dr. Nguyễn"}},
		{"dr nguyen was interrupted", Name{Written: "Dr Nguyen"}},
		{"they keep mispronouncing Siobhán's name", Name{Written: "Siobhán"}},
		{"they keep mispronouncing siobhan’s name", Name{Written: "Siobhan"}},
		{"محمد يُقاطَع", Name{Written: "محمد"}},
		{"محمد keeps getting interrupted", Name{Written: "محمد"}},
		{"李雷 got ignored", Name{Written: "李雷"}},
		{"nobody listened to 王芳 today", Name{Written: "王芳"}},
		{"they talk over Ольга all the time", Name{Written: "Ольга"}},
		{"Mary Ann's idea was ignored", Name{Written: "Mary Ann"}},
		{"Priya van der Berg was talked over", Name{Written: "Priya van der Berg"}},
		{"sam okafor keeps getting interrupted", Name{Written: "Sam Okafor"}},
		{"Anne-Marie got cut off", Name{Written: "Anne-Marie"}},
		{"O'Neill got cut off", Name{Written: "O'Neill"}},
		{"mark keeps getting interrupted", Name{Written: "Mark"}},
		{"Will was ignored again", Name{Written: "Will"}},
		{"oluwaseun keeps getting interrupted", Name{Written: "Oluwaseun"}},
		{"zbynek was interrupted twice", Name{Written: "Zbynek"}},
		{"how do I help Aisha when they ignore her", Name{Written: "Aisha"}},
		{"someone called Alex he but they use they", Name{Written: "Alex"}},
		{"I misgendered Robin", Name{Written: "Robin"}},
		{"the dashboard Chen built was shown without her", Name{Written: "Chen"}},
		{"Mei hasn't said a word all meeting", Name{Written: "Mei"}},
		{"tara told me she feels left out", Name{Written: "Tara"}},
		{"Prof. Adébáyọ̀ was taken for the assistant", Name{Written: "Prof. Adébáyọ̀"}},
		// mentions
		{"<@U1|sam> keeps getting talked over", Name{UserID: "U1", Label: "sam"}},
		{"<@U1> keeps getting talked over", Name{UserID: "U1"}},
		{"they ignored <@W9|Zoë B>'s idea", Name{UserID: "W9", Label: "Zoë B"}},
		{"<@U1|dave> keeps interrupting <@U2|sam>", Name{UserID: "U2", Label: "sam"}},
		{"<@U2|sam> was interrupted by <@U1|dave>", Name{UserID: "U2", Label: "sam"}},
		{"dave stole <@U2|sam>'s idea", Name{UserID: "U2", Label: "sam"}},
		{"<@U1|s&amp;m> was ignored", Name{UserID: "U1", Label: "s&m"}},
		{"<!here> <#C1|general> <https://x.example|link> Sam was ignored", Name{Written: "Sam"}},
		// two people: who it happened to
		{"dave repeated Maria's idea", Name{Written: "Maria"}},
		{"Dave keeps interrupting Priya", Name{Written: "Priya"}},
		{"he said exactly what Maria said 5 minutes ago", Name{Written: "Maria"}},
		// the one who did it is not the one the words are for
		{"dave stole my idea", Name{}},
		{"credit stolen by dave", Name{}},
		{"Credit stolen by Dave", Name{}},
		{"dave told an offensive joke", Name{}},
		{"Dave keeps interrupting everyone", Name{}},
		{"Dave never stops talking", Name{}},
		{"rob dominates every meeting", Name{}},
		{"<@U1|dave> keeps interrupting me", Name{}},
		{"Dave is always interrupting", Name{}},
		{"dave's joke was offensive", Name{}},
		{"John says it's just banter", Name{}},
		{"Dave took credit for my work", Name{}},
		{"dave cut me off", Name{}},
		{"interrupted by Dave again", Name{}},
		// nobody is named
		{"", Name{}},
		{"my boss keeps interrupting", Name{}},
		{"boss keeps interrupting", Name{}},
		{"Boss keeps interrupting", Name{}},
		{"someone was talked over", Name{}},
		{"everyone ignores my ideas", Name{}},
		{"people talk over the quiet ones", Name{}},
		{"People Keep Interrupting", Name{}},
		{"meeting got hijacked", Name{}},
		{"Meeting got hijacked", Name{}},
		{"Marketing was ignored", Name{}},
		{"she was cut off", Name{}},
		{"I was interrupted", Name{}},
		{"designer got interrupted", Name{}},
		{"The CEO made a joke", Name{}},
		{"HR ignored me", Name{}},
		{"inturrupted again on Monday", Name{}},
		{"name mispronounced", Name{}},
		{"collegue got cut off", Name{}},
		{"Manger was interrupted", Name{}},
		{"will it be ok to speak up", Name{}},
		{"can i mark this as done", Name{}},
		{"Where are you really from", Name{}},
		{"Asked to take notes again", Name{}},
		{"they said Asians are good at maths", Name{}},
		{"Credit was given to the wrong person", Name{}},
		{"🎉 🎉", Name{}},
		{"🙂 :tada: !!!", Name{}},
	}
	for _, tt := range tests {
		if got := l.Find(tt.text).Name; got != tt.want {
			t.Errorf("%q is about %+v, want %+v", tt.text, got, tt.want)
		}
	}
}
