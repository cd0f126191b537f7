package credit

import (
	"regexp"
	"strings"
)

// pointing are words that alone with one other say nothing yet: "the help".
var pointing = set(`the a an this that these those your his her their our my its all der die das dein deine deinen le la les l un une
 ton ta tes el los las tu su o os as seu sua il lo de het`)

// Words that praise, or hold a sentence together, and don't say what was done. A
// reason made of nothing else could be about anybody.
var generic = set(`
 the a an all any each and or but so such very really super absolutely simply just truly always never ever as usual again at on in of for to
 with from by up out over through this that these those it its is are was were be being been am do does did doing done have has had having
 i im ive me my mine we weve us our ours you youre youve your yours yall u ur he hes him his she shes her hers they theyre theyve them their
 theirs who whos what how when if could would can not no more most much many lot lots bunch ton tons loads some well too also even quite
 only one ones more than ask get gets getting got
 here there around time times today yesterday tonight lately recently week weeks weekly month months quarter year years day days daily
 everyday single way ways both everyone everybody anyone anybody nobody everything anything something thing things stuff
 team teams teammate teammates colleague colleagues coworker coworkers people person folks guy guys human humans company world universe whole entire
 awesome awesomeness great greatest good best better amazing fantastic excellent excellence outstanding wonderful incredible brilliant superb
 stellar terrific fabulous nice kind kindness sweet lovely cool helpful helpfulness reliable dependable supportive patient patience smart
 clever talented positive positivity hard tireless tirelessly dedicated committed dedication commitment effort efforts utter absolute total
 legend legendary rockstar rock rocks rocking rocked hero heroes champ champion star stars superstar machine beast genius gem treasure
 pleasure joy delight glue ninja guru wizard goat mvp player inspiration inspiring
 job work works working worked teamwork help helps helping helped support supports supporting contribution contributions contribute
 contributing leadership attitude energy vibe vibes spirit performance result results asset mindset initiative enthusiasm passion
 professionalism professional friendly friend fun impact value generous generosity wisdom
 crush crushes crushing crushed kill kills killing killed nail nailing nailed kick kicks kicking kicked ass butt slay slays slaying go goes
 going went above beyond extra mile make makes making made keep keeps keeping kept show shows showing showed step stepping stepped let lets
 letting down deliver delivers delivering delivered give giving given gives 100 110 back come coming comes
 thank thanks thx ty appreciate appreciated appreciation love loved loves care caring cares trust bring bringing brings brought
 kudos props bravo congrats congratulations cheers yay woohoo wow million proud happy smile ok
 der die das dem den des ein eine einen einer ich du er sie es wir ihr mir mich dir dich uns euch dein deine deinen deiner sein seine ihre eure
 unser und oder so sehr immer wie für mit auf bei zu zum zur von alles alle allen toll tolle toller tolles super klasse spitze prima großartig
 großartige großartigen gute guter gutes gut beste bester arbeit job hilfe unterstützung einsatz engagement leistung team kollege kollegin
 danke dank vielen wirklich echt einfach bist ist war hast hat warst gemacht mega weiter
 le la les l un une des du de à au aux et ou je tu il elle nous vous ils elles mon ton ta tes son sa ses votre notre toujours très tout tous
 toute être es est êtes là pour avec super excellent génial géniale bon bonne beau belle travail boulot aide aider soutien effort efforts
 équipe collègue merci beaucoup bravo vraiment formidable incroyable meilleur meilleure chaque jour comme
 el la los las un una unos y o yo tú tu tus su sus nos mi te se lo por para con de del en a al que qué como siempre muy todo todos toda todas
 ser eres es son estar estás gran grande buen buena bueno mejor excelente increíble genial trabajo esfuerzo ayuda ayudar apoyo equipo
 compañero compañera gracias muchas mucho crack máquina dedicación
 os as um uma e ou eu você vc seu sua seus suas nosso nossa sempre muito muita tudo ótimo ótima bom boa melhor incrível trabalho esforço
 ajuda ajudar apoio equipe time colega obrigado obrigada parabéns dia dias
 il lo gli le uno e sei è tuo tua tuoi suo sempre tutto tutti grande ottimo ottima bravo brava lavoro aiuto supporto squadra grazie mille
 het een en je jij jouw zijn altijd alles iedereen goed goede geweldig geweldige top werk hulp steun inzet bedankt dank voor
 언제나 항상 늘 정말 진짜 너무 매우 고마워 고마워요 고맙습니다 감사 감사해요 감사합니다 수고 수고했어요 수고했어 수고하셨습니다 고생 고생했어요
 최고 최고예요 최고야 최고입니다 도움 도와줘서 도와주셔서 멋져요 멋있어요 잘했어요 대단해요 훌륭해요 모두 모든 일 팀 여러분 덕분에 좋은 열심히
`)

// Pieces of the same in scripts without spaces, longer ones first.
var genericPieces = regexp.MustCompile(`^(?:` + strings.Join(strings.Fields(`
 辛苦了 辛苦 谢谢 謝謝 感谢 感謝 多谢 你们 我们 他们 大家 帮助 幫助 帮忙 支持 努力 工作 付出 贡献 一切 所有 总是 一直 一如既往 非常 特别 真的 真是 厉害 优秀
 团队 队友 同事 表现 出色 完美 加油 给力 最好 太棒 很棒 做得 干得 漂亮 永远 每天 今天 什么 你 您 他 她 我 们 的 地 得 了 是 都 很 太 真 超 最 棒 好 牛 为 对 在 和 这 么
 ありがとう ございます ございました いつも お疲れ様 お疲れさま おつかれさま おつかれ お世話 です でした でございます 素晴らしい すばらしい すごい 凄い 最高 お仕事 仕事
 サポート ヘルプ チーム みんな 皆さん 皆 本当に ほんとうに とても さすが 頑張って 頑張り がんばって 助けて 助かり 助かる 助け くれて くれた いただき いただいた
 になって なって ました ます いる いて 感じ 毎日 今日 全て すべて 何でも して した で て を の は が に も と ね よ な ー
 ขอบคุณ มาก ครับ ค่ะ คะ สุดยอด เก่ง เยี่ยม ทุกอย่าง ทุกคน เสมอ ช่วยเหลือ ช่วย งาน ดี ที่ ทำ และ ทีม
`), `|`) + `)+$`)

// stretched is "soooo" and "greaaat".
var stretched = regexp.MustCompile(`aaa+|eee+|iii+|ooo+|uuu+|sss+|yyy+`)

// saysNothing says whether a word, in lower case and without apostrophes, is one
// that could be said of anybody.
func saysNothing(word string) bool {
	if generic[word] || genericPieces.MatchString(word) {
		return true
	}
	short := stretched.ReplaceAllStringFunc(word, func(s string) string { return s[:1] })
	return short != word && generic[short]
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}
