// Emoji by Slack's names: a sensible set, not all of them.

const TABLE = `
smile 😄|smiley 😃|grinning 😀|grin 😁|laughing 😆|joy 😂|rolling_on_the_floor_laughing 🤣|slightly_smiling_face 🙂|upside_down_face 🙃
wink 😉|blush 😊|heart_eyes 😍|relaxed ☺️|relieved 😌|thinking_face 🤔|neutral_face 😐|expressionless 😑|no_mouth 😶|smirk 😏
unamused 😒|roll_eyes 🙄|grimacing 😬|pensive 😔|sleeping 😴|sob 😭|cry 😢|confused 😕|worried 😟|open_mouth 😮|hushed 😯|astonished 😲
flushed 😳|pleading_face 🥺|hugging_face 🤗|face_with_raised_eyebrow 🤨|nerd_face 🤓|sunglasses 😎|partying_face 🥳|star-struck 🤩|angry 😠
rage 😡|shushing_face 🤫|zipper_mouth_face 🤐|melting_face 🫠|saluting_face 🫡|+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|clap 👏
raised_hands 🙌|wave 👋|ok_hand 👌|pray 🙏|muscle 💪|point_right 👉|point_left 👈|point_up ☝️|point_down 👇|handshake 🤝|hand ✋
raised_hand ✋|raising_hand 🙋|v ✌️|crossed_fingers 🤞|writing_hand ✍️|eyes 👀|ear 👂|speaking_head_in_silhouette 🗣️|bust_in_silhouette 👤|busts_in_silhouette 👥
heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|white_heart 🤍|sparkling_heart 💖|broken_heart 💔
star ⭐|star2 🌟|sparkles ✨|fire 🔥|boom 💥|tada 🎉|confetti_ball 🎊|balloon 🎈|gift 🎁|trophy 🏆|medal 🏅|rocket 🚀|100 💯
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|heavy_plus_sign ➕|question ❓|exclamation ❗|warning ⚠️|no_entry ⛔|bangbang ‼️
red_circle 🔴|large_blue_circle 🔵|large_green_circle 🟢|large_yellow_circle 🟡|white_circle ⚪|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|repeat 🔁
bulb 💡|memo 📝|pencil ✏️|pencil2 ✏️|book 📖|books 📚|bookmark 🔖|pushpin 📌|paperclip 📎|link 🔗|lock 🔒|unlock 🔓|key 🔑|mag 🔍
calendar 📆|date 📅|clock1 🕐|clock9 🕘|alarm_clock ⏰|hourglass ⌛|stopwatch ⏱️|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭
left_speech_bubble 🗨️|email 📧|envelope ✉️|inbox_tray 📥|outbox_tray 📤|package 📦|phone ☎️|computer 💻|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️
chart_with_upwards_trend 📈|bar_chart 📊|clipboard 📋|file_folder 📁|scroll 📜|newspaper 📰|microphone 🎤|studio_microphone 🎙️|headphones 🎧|movie_camera 🎥
sunny ☀️|partly_sunny ⛅|cloud ☁️|rainbow 🌈|snowflake ❄️|seedling 🌱|herb 🌿|evergreen_tree 🌲|sunflower 🌻|rose 🌹|tulip 🌷|leaves 🍃|earth_africa 🌍
coffee ☕|tea 🍵|pizza 🍕|cake 🍰|birthday 🎂|cookie 🍪|apple 🍎|house 🏠|office 🏢|airplane ✈️|bike 🚲|compass 🧭|world_map 🗺️
dog 🐶|cat 🐱|bee 🐝|owl 🦉|turtle 🐢|butterfly 🦋|ghost 👻|robot_face 🤖|alien 👽|scales ⚖️|shield 🛡️|game_die 🎲|jigsaw 🧩
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|information_source ℹ️|sos 🆘|new 🆕|ok 🆗|zzz 💤|dart 🎯|ring_buoy 🛟|megaphone 📣`;

const NAMES = new Map();
for (const entry of TABLE.trim().split(/[|\n]/)) {
  const at = entry.lastIndexOf(" ");
  NAMES.set(entry.slice(0, at).trim(), entry.slice(at + 1));
}

const SKIN = { 2: "\u{1F3FB}", 3: "\u{1F3FC}", 4: "\u{1F3FD}", 5: "\u{1F3FE}", 6: "\u{1F3FF}" };

// emoji returns the character of a name ("+1", "wave::skin-tone-4"), or "".
export function emoji(name) {
  const [base, tone] = String(name).split("::skin-tone-");
  const char = NAMES.get(base);
  if (!char) return "";
  return tone && SKIN[tone] ? char.replace("\uFE0F", "") + SKIN[tone] : char;
}

// named lists [name, character] whose name contains the text, for completion.
export function named(text, limit = 8) {
  const out = [];
  for (const [name, char] of NAMES) {
    if (name.startsWith(text)) out.unshift([name, char]);
    else if (name.includes(text)) out.push([name, char]);
  }
  return out.slice(0, limit);
}

export const QUICK = [
  "+1",
  "raised_hands",
  "heart",
  "eyes",
  "tada",
  "clap",
  "pray",
  "100",
  "white_check_mark",
  "bulb",
  "thinking_face",
  "smile",
  "joy",
  "wave",
  "fire",
  "rocket",
  "sparkles",
  "raising_hand",
  "handshake",
  "star",
  "sob",
  "muscle",
  "memo",
  "speech_balloon",
];
