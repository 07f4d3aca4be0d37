package kms_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	keyType   = "aws:kms/key:Key"
	aliasType = "aws:kms/alias:Alias"
)

var with = sandboxtest.Merge

// policy is a key policy of one statement with a principal, an action and an effect.
func policy(principal, action, effect string) provider.Props {
	return provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [
 {"Effect": "` + effect + `", "Principal": {"AWS": "` + principal + `"}, "Action": "` + action + `", "Resource": "*"}]}`}
}

const root = "arn:aws:iam::123456789012:root"

func TestKeyRules(t *testing.T) {
	t.Parallel()
	malformed := "MalformedPolicyDocumentException: "
	lockout := malformed + "The new key policy will not allow you to update the key policy in the future."
	strangers := malformed + "Policy contains a statement with one or more invalid principals."
	bypass := provider.Props{"bypassPolicyLockoutSafetyCheck": true}
	for name, test := range map[string]struct {
		in   provider.Props
		want string
	}{
		"nothing set":     {provider.Props{}, ""},
		"rotation":        {provider.Props{"enableKeyRotation": true, "rotationPeriodInDays": 90.0}, ""},
		"quick deletion":  {provider.Props{"deletionWindowInDays": 6.0}, "deletionWindowInDays: expected a value in the range (7 - 30), got 6"},
		"slow deletion":   {provider.Props{"deletionWindowInDays": 31.0}, "deletionWindowInDays: expected a value in the range (7 - 30), got 31"},
		"deletion":        {provider.Props{"deletionWindowInDays": 7.0}, ""},
		"asymmetric":      {provider.Props{"customerMasterKeySpec": "RSA_2048"}, "customerMasterKeySpec: expected one of [SYMMETRIC_DEFAULT], got RSA_2048"},
		"signing":         {provider.Props{"keyUsage": "SIGN_VERIFY"}, "keyUsage: expected one of [ENCRYPT_DECRYPT], got SIGN_VERIFY"},
		"long text":       {provider.Props{"description": strings.Repeat("d", 8193)}, "description: cannot be longer than 8192 characters: \"" + strings.Repeat("d", 8193) + "\" has 8193"},
		"quick rotation":  {provider.Props{"enableKeyRotation": true, "rotationPeriodInDays": 89.0}, "rotationPeriodInDays: expected a value in the range (90 - 2560), got 89"},
		"no rotation":     {provider.Props{"rotationPeriodInDays": 90.0}, "rotationPeriodInDays: must not be set when enableKeyRotation is false"},
		"no JSON":         {provider.Props{"policy": "{"}, "policy: contains invalid JSON"},
		"no principal":    {provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}`}, "policy: " + malformed + `statement "": Missing required field Principal`},
		"the account":     {policy(root, "kms:*", "Allow"), ""},
		"a user":          {policy("arn:aws:iam::123456789012:user/sandbox", "kms:*", "Allow"), ""},
		"another account": {policy("arn:aws:iam::210987654321:root", "kms:*", "Allow"), lockout},
		"too few actions": {policy(root, "kms:Encrypt", "Allow"), lockout},
		"denied":          {policy(root, "kms:*", "Deny"), lockout},
		"bypassed":        {with(policy(root, "kms:Encrypt", "Allow"), bypass), ""},
		"unknown role":    {policy("arn:aws:iam::123456789012:role/missing", "kms:*", "Allow"), strangers},
		"bad principal":   {with(policy("me", "kms:*", "Allow"), bypass), strangers},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sandboxtest.RequireError(t, sandboxtest.New(t).Make(keyType, "key", test.in), test.want)
		})
	}
}

func TestAliasRules(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change provider.Props
		want   string
	}{
		"by id":       {provider.Props{}, ""},
		"by ARN":      {provider.Props{"targetKeyId": "$key.arn"}, ""},
		"no key":      {provider.Props{"targetKeyId": "missing"}, "NotFoundException: Key 'missing' does not exist"},
		"no prefix":   {provider.Props{"name": "app"}, `name: "app" does not match ^alias/[a-zA-Z0-9/_-]+$`},
		"a character": {provider.Props{"name": "alias/a.b"}, `name: "alias/a.b" does not match ^alias/[a-zA-Z0-9/_-]+$`},
		"reserved":    {provider.Props{"name": "alias/aws/app"}, `name: cannot begin with "alias/aws/", which is reserved for AWS: "alias/aws/app"`},
		"no name":     {provider.Props{"name": nil}, ""},
		"long":        {provider.Props{"name": "alias/" + strings.Repeat("a", 251)}, "name: cannot be longer than 256 characters: \"alias/" + strings.Repeat("a", 251) + "\" has 257"},
		"taken":       {provider.Props{"name": "alias/taken"}, "AlreadyExistsException: An alias with the name arn:aws:kms:eu-west-2:123456789012:alias/taken already exists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, a.Make(keyType, "key", provider.Props{}))
			base := provider.Props{"name": "alias/taken", "targetKeyId": "$key"}
			require.NoError(t, a.Make(aliasType, "taken", base))
			sandboxtest.RequireError(t, a.Make(aliasType, "alias", with(with(base, provider.Props{"name": "alias/app"}), test.change)), test.want)
		})
	}
}

func TestPutKey(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:kms:eu-west-2:123456789012:key/k"
	const abroad = "arn:aws:kms:us-east-1:123456789012:key/k"
	wrong := ": the ARN must be arn:aws:kms:eu-west-2:123456789012:key/ followed by an id"
	malformed := `put key "` + arn + `": MalformedPolicyDocumentException: `
	for name, test := range map[string]struct{ arn, policy, want string }{
		"default policy": {arn, "", ""},
		"policy":         {arn, policy(root, "kms:*", "Allow")["policy"].(string), ""},
		"lockout": {
			arn, policy(root, "kms:Encrypt", "Allow")["policy"].(string),
			malformed + "The new key policy will not allow you to update the key policy in the future.",
		},
		"no statement": {arn, `{"Version": "2012-10-17", "Statement": []}`, malformed + "Missing required field Statement"},
		"alias":        {"alias/k", "", `put key "alias/k"` + wrong},
		"elsewhere":    {abroad, "", `put key "` + abroad + `"` + wrong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			sandboxtest.RequireError(t, a.Sandbox.PutKey(a.Region, test.arn, test.policy), test.want)
			require.Equal(t, test.want == "", kms.Usable(a.World, a.Region, arn) != nil)
		})
	}
}

// TestPutKeyTwice: for an existing key, only the policy changes.
func TestPutKeyTwice(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(keyType, "key", provider.Props{"description": "one"}))
	key := a.Got("key")
	other := policy(root, "kms:*", "Allow")["policy"].(string)
	require.NoError(t, a.Sandbox.PutKey(a.Region, key.State["arn"].(string), other))
	found := kms.Usable(a.World, a.Region, key.ID)
	require.Equal(t, other, found.Props["policy"])
	require.Equal(t, "one", found.Props["description"])
	require.NoError(t, a.Sandbox.Remove(a.Region, key.ID))
	require.True(t, a.Sandbox.Empty())
}

func TestKeyLifecycle(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(keyType, "key", provider.Props{"description": "one"}))
	require.NoError(t, a.Make(keyType, "other", provider.Props{}))
	require.NoError(t, a.Make(aliasType, "alias", provider.Props{"name": "alias/app", "targetKeyId": "$key"}))
	key := a.Got("key")
	require.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, key.ID)
	require.Equal(t, "arn:aws:kms:eu-west-2:123456789012:key/"+key.ID, key.State["arn"])
	require.Contains(t, key.State["policy"], `"AWS":"`+root+`"`)
	require.Equal(t, key.State["arn"], a.Got("alias").State["targetKeyArn"])
	a.Steady(t, "key", "alias")
	for _, name := range []string{key.ID, "alias/app", "arn:aws:kms:eu-west-2:123456789012:alias/app"} {
		require.NotNil(t, kms.Usable(a.World, a.Region, name), name)
	}
	require.NoError(t, a.Change("key", provider.Props{"enableKeyRotation": true, "isEnabled": false}))
	require.Equal(t, 365.0, a.Got("key").State["rotationPeriodInDays"])
	require.Nil(t, kms.Usable(a.World, a.Region, key.ID), "it is disabled")
	require.NoError(t, a.Change("key", provider.Props{"enableKeyRotation": false}))
	require.Nil(t, a.Got("key").State["rotationPeriodInDays"])
	require.EqualError(t, a.Change("key", policy(root, "kms:Encrypt", "Allow")), "MalformedPolicyDocumentException: "+
		"The new key policy will not allow you to update the key policy in the future.")
	require.NoError(t, a.Change("alias", provider.Props{"targetKeyId": "$other"}))
	require.Equal(t, a.Got("other").State["arn"], a.Got("alias").State["targetKeyArn"])
	require.NoError(t, a.RemoveAll())
	require.True(t, a.Sandbox.Empty())
}
