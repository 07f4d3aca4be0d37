package sns_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	topic        = "aws:sns/topic:Topic"
	topicPolicy  = "aws:sns/topicPolicy:TopicPolicy"
	subscription = "aws:sns/topicSubscription:TopicSubscription"
	arn          = "arn:aws:sns:eu-west-2:123456789012:alarms"
)

type props = provider.Props

func before() []sandboxtest.Step {
	return []sandboxtest.Step{{Token: topic, Name: "topic", Inputs: props{"name": "alarms"}}}
}

func TestTopic(t *testing.T) {
	t.Parallel()
	sandboxtest.Breaks{
		Token: topic, Good: props{}, Update: props{"displayName": "Beats"},
		Cases: map[string]sandboxtest.Break{
			"name":   {props{"name": "a.fifo"}, `name: "a.fifo" does not match ^[a-zA-Z0-9_-]+$`},
			"key":    {props{"kmsMasterKeyId": "k"}, `the sandbox has no enabled KMS key "k" for the topic; sandbox put-key adds one`},
			"trace":  {props{"tracingConfig": "On"}, "tracingConfig: expected one of [PassThrough, Active], got On"},
			"signed": {props{"signatureVersion": 3.0}, "signatureVersion: expected one of [1, 2], got 3"},
			"queue": {props{"fifoTopic": true}, "fifoTopic: the sandbox does not model this property; " +
				"it models displayName, kmsMasterKeyId, name, signatureVersion, tags, tracingConfig"},
		},
	}.Run(t)
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(topic, "topic", props{"name": "alarms"}))
	require.Equal(t, arn, a.Got("topic").ID)
	require.EqualError(t, a.Make(topic, "twin", props{"name": "alarms"}),
		"a topic named 'alarms' exists already; CreateTopic would silently adopt it")
}

func TestTopicPolicy(t *testing.T) {
	t.Parallel()
	document := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sns:Publish",
 "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Resource": "` + arn + `"}]}`
	change := func(old, replacement string) props {
		return props{"policy": strings.Replace(document, old, replacement, 1)}
	}
	malformed := "policy: InvalidParameter: Invalid parameter: Policy Error: "
	sandboxtest.Breaks{
		Before: before(), Token: topicPolicy, Good: props{"arn": "$topic.arn", "policy": document},
		Update: change("cloudwatch", "events"),
		Cases: map[string]sandboxtest.Break{
			"no topic":     {props{"arn": "arn:aws:sns:::none"}, "NotFound: Topic does not exist"},
			"no principal": {change(`{"Service": "cloudwatch.amazonaws.com"}`, "{}"), malformed + `statement "": Missing required field Principal`},
			"action":       {change("sns:Publish", "s3:PutObject"), "InvalidParameter: Invalid parameter: Policy statement action out of service scope!"},
			"resource":     {change(arn, "*"), "InvalidParameter: Invalid parameter: Policy statement resource does not match the topic"},
			"stranger": {
				change(`{"Service": "cloudwatch.amazonaws.com"}`, `{"AWS": "arn:aws:iam::123456789012:role/none"}`),
				"InvalidParameter: Invalid parameter: Policy Error: PrincipalNotFound",
			},
			"JSON": {props{"policy": "{"}, "policy: contains invalid JSON"},
		},
	}.Run(t)
}

func TestTopicSubscription(t *testing.T) {
	t.Parallel()
	good := props{"topic": "$topic.arn", "protocol": "email", "endpoint": "ops@example.com"}
	https := props{"protocol": "https", "endpoint": "https://example.com/alarms"}
	mail := "InvalidParameter: Invalid parameter: Email address"
	sandboxtest.Breaks{
		Before: before(), Token: subscription, Good: good, Update: props{"filterPolicy": `{"level": ["high"]}`},
		Cases: map[string]sandboxtest.Break{
			"https":      {https, ""},
			"no topic":   {props{"topic": "arn:aws:sns:::none"}, "NotFound: Topic does not exist"},
			"no mail":    {props{"endpoint": "https://example.com"}, mail},
			"no name":    {props{"endpoint": "@example.com"}, mail},
			"plain HTTP": {props{"protocol": "https", "endpoint": "http://example.com"}, "InvalidParameter: Invalid parameter: Endpoint must match the specified protocol"},
			"protocol":   {props{"protocol": "sqs"}, "protocol: expected one of [email, email-json, https], got sqs"},
			"raw mail": {props{"rawMessageDelivery": true}, "rawMessageDelivery: InvalidParameter: Invalid parameter: " +
				"Delivery protocol [email] does not support raw message delivery."},
			"scope": {props{"filterPolicyScope": "MessageBody"}, "filterPolicyScope: must not be set when filterPolicy is <nil>"},
		},
	}.Run(t)
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(topic, "topic", props{"name": "alarms"}))
	require.NoError(t, a.Make(subscription, "mail", good))
	require.Equal(t, true, a.Got("mail").State["pendingConfirmation"])
	require.Regexp(t, "^"+arn+":[0-9a-f-]{36}$", a.Got("mail").ID)
	require.EqualError(t, a.Make(subscription, "twin", good),
		"the endpoint 'ops@example.com' is subscribed already; Subscribe would silently adopt it")
	https["topic"], https["endpointAutoConfirms"] = "$topic.arn", true
	require.NoError(t, a.Make(subscription, "https", https))
	require.Equal(t, false, a.Got("https").State["pendingConfirmation"])
	require.NoError(t, a.Remove("topic"))
	require.Empty(t, a.World.List(subscription, a.Region))
}
