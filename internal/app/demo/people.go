package demo

import "allybot/internal/slacksim"

const workspace = "Wattle & Co" // as the simulated team.info says

// partner is another organisation, connected through a shared channel.
const partner = "T0NORTHSEA"

// cast is everybody who works here, by handle.
var cast = []slacksim.Person{
	{Name: "esme", RealName: "Esme Okafor", DisplayName: "Esme", Title: "Product manager", TZ: "Europe/London", Pronouns: "she/her"},
	{Name: "sam", RealName: "Sam Rivera", DisplayName: "Sam", Title: "Engineer", TZ: "America/New_York", Pronouns: "they/them"},
	{Name: "priya", RealName: "Priya Raman", DisplayName: "Priya", Title: "Head of operations", TZ: "Asia/Kolkata", Admin: true, Owner: true},
	{Name: "siobhan", RealName: "Siobhán Ní Bhriain", DisplayName: "Siobhán", Title: "Engineer", TZ: "Europe/Dublin", Locale: "en-GB"},
	{Name: "mai", RealName: "Nguyễn Thị Mai", DisplayName: "Nguyễn Mai", Title: "Researcher", TZ: "Asia/Ho_Chi_Minh"},
	{Name: "mohammed", RealName: "محمد العمري", DisplayName: "محمد", Title: "Data analyst", TZ: "Asia/Riyadh"},
	{Name: "lilei", RealName: "李雷", DisplayName: "李雷", Title: "Engineer", TZ: "Asia/Shanghai", Locale: "zh-CN"},
	{Name: "dave", RealName: "Dave Kowalski", Title: "Engineering lead", TZ: "America/Chicago", Pronouns: "he/him"},
	{Name: "jonas", RealName: "Jonas Weber", DisplayName: "Jonas (Studio Nord)", Title: "Designer, agency", TZ: "Europe/Berlin", Locale: "de-DE", Guest: true},
	{Name: "tomoko", RealName: "佐藤 智子", DisplayName: "Tomoko Sato", Title: "Partner manager, North Sea", TZ: "Asia/Tokyo", Locale: "ja-JP", TeamID: partner},
}
