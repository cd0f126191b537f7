package playbook

import (
	"slices"
	"strings"
)

// headAvoid is the one heading whose text is not said by anybody.
const headAvoid = "Avoid"

// partHeadings are the parts of a script's body, as authors write them.
var partHeadings = []struct {
	part    Part
	heading string
}{
	{Gentle, "Gentle"},
	{Direct, "Direct"},
	{AskFirst, "Ask first"},
	{Humour, "With humour"},
	{Upwards, "Upwards"},
	{PushBack, "If they push back"},
	{FollowUp, "Follow up privately"},
	{Cost, "If it could cost you"},
}

// Heading is what the part is called in a file.
func (p Part) Heading() string {
	for _, h := range partHeadings {
		if h.part == p {
			return h.heading
		}
	}
	return ""
}

// Heading is what the text stands under in its file: "Gentle, as host, written".
func (t Text) Heading() string {
	h := t.Part.Heading()
	if t.Role != "" {
		h += ", as " + string(t.Role)
	}
	if t.Written {
		h += ", written"
	}
	return h
}

// readHeading reads what Heading writes. What is wrong with it, if anything, is
// said in a way that tells what to do.
func readHeading(heading string) (t Text, wrong string) {
	name, variants, _ := strings.Cut(heading, ",")
	for _, h := range partHeadings {
		if h.heading == strings.TrimSpace(name) {
			t.Part = h.part
		}
	}
	if t.Part == "" {
		return t, `unknown heading "` + heading + `"; use Gentle, Direct, Ask first, With humour, Upwards, If they push back, Follow up privately, If it could cost you or Avoid`
	}
	if variants == "" {
		return t, ""
	}
	for _, v := range strings.Split(variants, ",") {
		v = strings.TrimSpace(v)
		role, isRole := strings.CutPrefix(v, "as ")
		switch {
		case v == "written" && !t.Written:
			t.Written = true
		case isRole && t.Role == "" && slices.Contains(roles, Role(role)):
			t.Role = Role(role)
		case isRole && t.Role == "":
			return t, `unknown role "` + role + `" in "## ` + heading + `"; use as bystander, as affected, as doer, as host or as manager`
		default:
			return t, `unknown form "` + v + `" in "## ` + heading + `"; after a comma comes "as" with a role, or "written"`
		}
	}
	return t, ""
}
