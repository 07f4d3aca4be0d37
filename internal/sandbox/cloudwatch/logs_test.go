package cloudwatch_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	key            = "aws:kms/key:Key"
	filter         = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	resourcePolicy = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
	ownPolicy      = `{"Effect": "Allow", "Action": "kms:*", "Resource": "*",
 "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}`
	logsPolicy = `{"Version": "2012-10-17", "Statement": [` + ownPolicy + `, {"Effect": "Allow",
 "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"], "Resource": "*",
 "Principal": {"Service": "logs.eu-west-2.amazonaws.com"}, "Condition": {"ArnLike":
  {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-2:123456789012:log-group:/beats"}}}]}`
)

func TestLogGroup(t *testing.T) {
	t.Parallel()
	refused := "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with " +
		"Arn 'arn:aws:logs:eu-west-2:123456789012:log-group:"
	gone := "arn:aws:kms:eu-west-2:123456789012:key/12345678-1234-1234-1234-123456789012"
	sandboxtest.Breaks{
		Before: []sandboxtest.Step{
			{Token: key, Name: "global", Inputs: props{"policy": strings.Replace(logsPolicy, "logs.eu-west-2.", "logs.", 1)}},
			{Token: key, Name: "key", Inputs: props{"policy": logsPolicy}},
			{Token: key, Name: "plain", Inputs: props{}},
		},
		Token: sandboxtest.LogGroup, Good: props{"name": "/beats", "retentionInDays": 30.0},
		Update: props{"kmsKeyId": "$key.arn", "retentionInDays": 0.0},
		Cases: map[string]sandboxtest.Break{
			"key":             {props{"kmsKeyId": "$key.arn"}, ""},
			"infrequent":      {props{"logGroupClass": "INFREQUENT_ACCESS"}, ""},
			"missing key":     {props{"kmsKeyId": gone}, refused + "/beats'"},
			"global service":  {props{"kmsKeyId": "$global.arn"}, refused + "/beats'"},
			"plain key":       {props{"kmsKeyId": "$plain.arn"}, refused + "/beats'"},
			"of another name": {props{"kmsKeyId": "$key.arn", "name": "/other"}, refused + "/other'"},
			"id of a key":     {props{"kmsKeyId": "k"}, `kmsKeyId: "k" does not match ^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/.+$`},
			"name":            {props{"name": "/live beats"}, `name: "/live beats" does not match ^[a-zA-Z0-9_./#-]+$`},
			"long name":       {props{"name": strings.Repeat("n", 513)}, `name: cannot be longer than 512 characters: "` + strings.Repeat("n", 513) + `" has 513`},
			"retention": {
				props{"retentionInDays": 2.0}, "retentionInDays: expected one of [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, " +
					"365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], got 2",
			},
			"class": {props{"logGroupClass": "DELIVERY"}, "logGroupClass: expected one of [STANDARD, INFREQUENT_ACCESS], got DELIVERY"},
		},
	}.Run(t)
}

func TestSkipDestroy(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	in := props{"name": "/beats", "skipDestroy": true}
	require.NoError(t, a.Make(sandboxtest.LogGroup, "group", in))
	require.NoError(t, a.Remove("group"))
	require.EqualError(t, a.Make(sandboxtest.LogGroup, "again", in),
		"ResourceAlreadyExistsException: The specified log group already exists")
	require.NoError(t, a.Change("group", props{"skipDestroy": false}))
	require.NoError(t, a.Remove("group"))
	require.NoError(t, a.Make(sandboxtest.LogGroup, "again", in))
}

func TestLogMetricFilter(t *testing.T) {
	t.Parallel()
	metric := func(change props) props {
		transformation := props{"name": "Errors", "namespace": "Beats", "value": "1"}
		for name, v := range change {
			transformation[name] = v
		}
		return props{"metricTransformation": transformation}
	}
	pattern := "InvalidParameterException: Invalid metric filter pattern"
	dimensions := props{"a": "$.a", "b": "$.b", "c": "$.c"}
	good := metric(nil)
	good["logGroupName"], good["pattern"] = "$group.name", "ERROR"
	before := []sandboxtest.Step{
		{Token: sandboxtest.LogGroup, Name: "group", Inputs: props{"name": "/beats"}},
		{Token: sandboxtest.LogGroup, Name: "rare", Inputs: props{"name": "/rare", "logGroupClass": "INFREQUENT_ACCESS"}},
	}
	sandboxtest.Breaks{
		Before: before, Token: filter, Good: good, Update: props{"pattern": `{ $.level = "error" }`},
		Cases: map[string]sandboxtest.Break{
			"all":           {props{"pattern": ""}, ""},
			"quoted":        {props{"pattern": `"a ] b"`}, ""},
			"dimensions":    {metric(props{"dimensions": dimensions}), ""},
			"no group":      {props{"logGroupName": "none"}, "ResourceNotFoundException: The specified log group does not exist."},
			"open brace":    {props{"pattern": "{ $.level = 1"}, pattern},
			"open quote":    {props{"pattern": `"error`}, pattern},
			"wrong bracket": {props{"pattern": "[a, b}"}, pattern},
			"default and dimensions": {
				metric(props{"defaultValue": "0", "dimensions": dimensions}), "metricTransformation.dimensions: " +
					"InvalidParameterException: Invalid metric transformation: dimensions and default value are mutually " +
					"exclusive properties.",
			},
			"four dimensions": {
				metric(props{"dimensions": props{"a": "$.a", "b": "$.b", "c": "$.c", "d": "$.d"}}),
				"InvalidParameterException: Invalid metric transformation: at most 3 dimensions are allowed.",
			},
			"default":   {metric(props{"defaultValue": "none"}), `metricTransformation.defaultValue: "none" does not match ^-?\d+(\.\d+)?$`},
			"namespace": {metric(props{"namespace": "a:b"}), `metricTransformation.namespace: "a:b" does not match ^[^:*$]*$`},
			"class": {
				props{"logGroupName": "$rare.name"},
				"OperationNotPermitted: Metric filters are not supported for log groups of class INFREQUENT_ACCESS",
			},
		},
	}.Run(t)
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(before[0].Token, "group", before[0].Inputs))
	good["name"] = "errors"
	require.NoError(t, a.Make(filter, "filter", good))
	require.EqualError(t, a.Make(filter, "twin", good),
		"a metric filter named 'errors' exists already; PutMetricFilter would silently overwrite it")
	good["name"] = nil
	fill(a, filter, 99, props{"logGroupName": "/beats"})
	require.EqualError(t, a.Make(filter, "more", good), "LimitExceededException: Resource limit exceeded.")
	require.NoError(t, a.Remove("group"))
	require.Empty(t, a.World.List(filter, a.Region), "they are deleted with their group")
}

func TestLogResourcePolicy(t *testing.T) {
	t.Parallel()
	document := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents",
 "Principal": {"Service": "route53.amazonaws.com"}, "Resource": "*"}]}`
	change := func(old, replacement string) props {
		return props{"policyDocument": strings.Replace(document, old, replacement, 1)}
	}
	long := strings.Repeat("a", 51920)
	sandboxtest.Breaks{
		Token: resourcePolicy, Good: props{"policyName": "beats", "policyDocument": document},
		Update: change("route53", "delivery.logs"),
		Cases: map[string]sandboxtest.Break{
			"no principal": {change(`{"Service": "route53.amazonaws.com"}`, "{}"), `policyDocument: InvalidParameterException: statement "": Missing required field Principal`},
			"stranger":     {change("route53.amazonaws.com", "route53"), "InvalidParameterException: Invalid principal in policy: route53"},
			"too long": {change("PutLogEvents", long), "policyDocument: cannot be longer than 51200 characters without white space: " +
				"it has 52057"},
		},
	}.Run(t)
	a := sandboxtest.New(t)
	in := props{"policyName": "beats", "policyDocument": document}
	require.NoError(t, a.Make(resourcePolicy, "policy", in))
	require.EqualError(t, a.Make(resourcePolicy, "twin", in),
		"a resource policy named 'beats' exists already; PutResourcePolicy would silently overwrite it")
	fill(a, resourcePolicy, 9, nil)
	require.EqualError(t, a.Make(resourcePolicy, "more", props{"policyName": "more", "policyDocument": document}),
		"LimitExceededException: Resource limit exceeded.")
}
