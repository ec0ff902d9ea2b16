"""The tutor as a Slack app. Nothing here is loaded without TUTOR_SLACK_BOT_TOKEN, but for `channel`."""
