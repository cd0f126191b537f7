package slacksim

import (
	"regexp"
	"strings"
)

// The emoji that people can react with: a sensible set of Slack's standard ones,
// not all. Those of hands and people take a skin tone.
var (
	tonedEmoji = set(`+1 -1 thumbsup thumbsdown wave clap raised_hands ok_hand pray muscle point_right point_left point_up point_up_2
		point_down raised_hand hand raising_hand v crossed_fingers writing_hand ear fist facepunch open_hands palms_up_together
		handshake call_me_hand i_love_you_hand_sign heart_hands pinched_fingers bow face_palm shrug man-shrugging woman-shrugging
		dancer older_woman older_man woman man adult baby`)
	plainEmoji = set(`smile smiley grinning grin laughing joy rolling_on_the_floor_laughing slightly_smiling_face upside_down_face wink
		blush heart_eyes relaxed relieved thinking_face neutral_face expressionless no_mouth smirk unamused roll_eyes grimacing
		pensive sleeping sob cry confused worried open_mouth hushed astonished flushed pleading_face hugging_face
		face_with_raised_eyebrow nerd_face sunglasses partying_face star-struck angry rage shushing_face zipper_mouth_face
		melting_face saluting_face innocent yum stuck_out_tongue zany_face disappointed sweat_smile sweat tired_face weary
		face_with_monocle exploding_head cold_face hot_face white_frowning_face slightly_frowning_face
		eyes speaking_head_in_silhouette bust_in_silhouette busts_in_silhouette footprints brain
		heart orange_heart yellow_heart green_heart blue_heart purple_heart black_heart white_heart brown_heart sparkling_heart
		broken_heart two_hearts heartpulse gift_heart
		star star2 sparkles fire boom tada confetti_ball balloon gift trophy medal sports_medal rocket 100 zap dizzy
		white_check_mark heavy_check_mark ballot_box_with_check x heavy_plus_sign heavy_minus_sign question grey_question
		exclamation warning no_entry no_entry_sign bangbang red_circle large_blue_circle large_green_circle large_yellow_circle
		large_purple_circle large_orange_circle white_circle black_circle arrow_right arrow_left arrow_up arrow_down repeat
		arrows_counterclockwise soon
		bulb memo pencil pencil2 book books bookmark pushpin paperclip link lock unlock key mag mag_right calendar date clock1
		clock9 alarm_clock hourglass hourglass_flowing_sand stopwatch bell no_bell mega loudspeaker speech_balloon
		thought_balloon left_speech_bubble email envelope inbox_tray outbox_tray package phone computer gear wrench hammer
		hammer_and_wrench chart_with_upwards_trend chart_with_downwards_trend bar_chart clipboard file_folder scroll newspaper
		microphone studio_microphone headphones movie_camera camera musical_note
		sunny partly_sunny cloud rainbow rain_cloud snowflake umbrella ocean seedling herb evergreen_tree deciduous_tree
		sunflower rose tulip cherry_blossom four_leaf_clover leaves earth_africa earth_americas earth_asia
		coffee tea pizza cake birthday cookie apple beers champagne hamburger taco doughnut popcorn
		house office airplane bike car train bus compass world_map mountain tent
		dog cat bee owl turtle butterfly penguin unicorn_face see_no_evil hear_no_evil speak_no_evil
		ghost robot_face alien scales shield game_die jigsaw puzzle_piece crystal_ball
		one two three four five six seven eight nine keycap_ten information_source sos new ok zzz dart ring_buoy megaphone
		rainbow-flag transgender_flag infinity peace_symbol`)
)

func set(names string) map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		out[name] = true
	}
	return out
}

var (
	skinTone  = regexp.MustCompile(`::skin-tone-[2-6]$`)
	emojiName = regexp.MustCompile(`^[a-z0-9_'+-]{1,100}$`)
)

// AddEmoji adds an emoji of the workspace's own, by its name without colons. A
// name that cannot be one panics.
func (s *Sim) AddEmoji(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !emojiName.MatchString(name) || tonedEmoji[name] || plainEmoji[name] {
		panic("slacksim: an emoji cannot be called " + name)
	}
	s.emoji[name] = true
}

// hasEmoji says whether people here can react with the emoji of the name.
func (s *Sim) hasEmoji(name string) bool {
	if tone := skinTone.FindString(name); tone != "" {
		return tonedEmoji[strings.TrimSuffix(name, tone)]
	}
	return tonedEmoji[name] || plainEmoji[name] || s.emoji[name]
}
