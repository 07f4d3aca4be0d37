package resourcepolicy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	policy, err := resourcepolicy.Parse(`{"Version": "2012-10-17", "Statement": [
 {"Sid": "account", "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:Get*", "Resource": "*"},
 {"Sid": "service", "Effect": "Allow", "Principal": {"Service": "a.amazonaws.com"}, "Action": "s3:Put*", "Resource": "*"},
 {"Sid": "all", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObjectAcl", "Resource": "*"}]}`, true)
	require.NoError(t, err)
	account := resourcepolicy.Account("aws", "123456789012")
	caller := resourcepolicy.Caller(provider.Scope{Partition: "aws", Account: "123456789012"})
	service := resourcepolicy.Principal{Kind: "Service", Names: []string{"a.amazonaws.com"}}
	for _, test := range []struct {
		who    resourcepolicy.Principal
		action string
		want   iampolicy.Verdict
	}{
		{account, "s3:GetObject", iampolicy.Allowed},
		{caller, "s3:GetObject", iampolicy.Allowed},
		{account, "s3:PutObject", iampolicy.ImplicitDeny},
		{service, "s3:PutObject", iampolicy.Allowed},
		{service, "s3:GetObject", iampolicy.ImplicitDeny},
		{service, "s3:PutObjectAcl", iampolicy.ExplicitDeny},
		{resourcepolicy.Account("aws", "210987654321"), "s3:GetObject", iampolicy.ImplicitDeny},
	} {
		verdict, err := policy.Decide(test.who, iampolicy.Request{Action: test.action, Resource: "arn:aws:s3:::b/k"})
		require.NoError(t, err)
		require.Equal(t, test.want, verdict, "%v %s", test.who, test.action)
	}
}

// TestUnknownPoliciesPass: what a policy says may not be known at preview. The rules are tested with the services.
func TestUnknownPoliciesPass(t *testing.T) {
	t.Parallel()
	require.Empty(t, resourcepolicy.Check(provider.Props{"policy": provider.Unknown{}}, "Malformed", true))
}
