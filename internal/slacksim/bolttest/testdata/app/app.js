// A small Slack app on the official framework, as its documentation would have
// it: nothing in here knows that the workspace is simulated but the address of
// the Web API. Every line on stdout is one JSON object that says what the app
// saw; the test reads them.
'use strict';

const { App, LogLevel } = require('@slack/bolt');

const clientOptions = { slackApiUrl: process.env.SLACK_API_URL };
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  clientOptions,
  logLevel: LogLevel.ERROR,
});

const report = (saw) => process.stdout.write(`${JSON.stringify(saw)}\n`);

const plain = (text) => ({ type: 'plain_text', text });
const mrkdwn = (text) => ({ type: 'mrkdwn', text });
const button = (actionID, text) => ({ type: 'button', action_id: actionID, text: plain(text), value: actionID });

const form = {
  type: 'modal',
  callback_id: 'form',
  private_metadata: 'kept',
  title: plain('Prepare'),
  submit: plain('Save'),
  close: plain('Cancel'),
  blocks: [
    {
      type: 'input',
      block_id: 'goal',
      label: plain('Your goal'),
      element: { type: 'plain_text_input', action_id: 'text', max_length: 200 },
    },
    {
      type: 'input',
      block_id: 'moment',
      optional: true,
      label: plain('Moment'),
      element: { type: 'external_select', action_id: 'find', min_query_length: 1 },
    },
  ],
};

app.command('/bolt', async ({ command, ack }) => {
  report({ saw: 'command', text: command.text, user: command.user_id });
  await ack({
    response_type: 'ephemeral',
    text: `Words for ${command.text}`,
    blocks: [
      { type: 'section', text: mrkdwn(`Words for ${command.text}`) },
      { type: 'actions', elements: [button('more', 'More'), button('open_form', 'Prepare')] },
    ],
  });
});

app.action('more', async ({ ack, action, respond }) => {
  await ack();
  report({ saw: 'action', action: action.action_id, value: action.value });
  await respond({
    replace_original: true,
    text: 'More words',
    blocks: [{ type: 'section', text: mrkdwn('More words') }, { type: 'actions', elements: [button('open_form', 'Prepare')] }],
  });
});

app.action('open_form', async ({ ack, body, client }) => {
  await ack();
  const { view } = await client.views.open({ trigger_id: body.trigger_id, view: form });
  report({ saw: 'opened', callback_id: view.callback_id, has_id: Boolean(view.id) });
});

app.options('find', async ({ options, ack }) => {
  report({ saw: 'options', value: options.value });
  await ack({ options: [{ text: plain(`About ${options.value}`), value: options.value }] });
});

app.view('form', async ({ ack, view, body, client }) => {
  const goal = view.state.values.goal.text.value;
  report({ saw: 'submission', goal, moment: view.state.values.moment.find.selected_option?.value, private_metadata: view.private_metadata });
  if (goal === 'win') {
    await ack({ response_action: 'errors', errors: { goal: 'Name what you want to understand.' } });
    return;
  }
  await ack();
  const { channel, ts } = await client.chat.postMessage({ channel: body.user.id, text: `Saved: ${goal}` });
  report({ saw: 'posted', channel, has_ts: Boolean(ts) });
});

app.message('hello', async ({ message, say, context }) => {
  report({ saw: 'message', text: message.text, retry: context.retryNum ?? 0, reason: context.retryReason ?? '' });
  if (!context.retryNum) {
    await say(`Hello <@${message.user}>`);
  }
});

app.event('app_mention', async ({ event }) => report({ saw: 'mention', text: event.text }));

app.event('app_home_opened', async ({ event, client }) => {
  const { view } = await client.views.publish({
    user_id: event.user,
    view: { type: 'home', blocks: [{ type: 'header', text: plain('Your page') }, { type: 'actions', elements: [button('open_form', 'Prepare')] }] },
  });
  report({ saw: 'home', tab: event.tab, has_hash: Boolean(view.hash) });
});

app.shortcut('open_form', async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: form });
  report({ saw: 'shortcut', type: shortcut.type });
});

app.error(async (error) => report({ saw: 'error', message: error.message, code: error.code, data: error.data }));

const stop = async () => {
  await app.stop();
  process.exit(0);
};
process.on('SIGTERM', stop);

app.start().then(
  () => report({ saw: 'started' }),
  (error) => {
    report({ saw: 'error', message: error.message });
    process.exit(1);
  },
);
