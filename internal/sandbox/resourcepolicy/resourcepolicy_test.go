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
	caller := resourcepolicy.Asked(provider.Scope{Partition: "aws", Account: "123456789012"}, "", "")
	stranger := resourcepolicy.Asked(provider.Scope{Partition: "aws", Account: "210987654321"}, "", "")
	service := iampolicy.Request{Services: []string{"a.eu-west-2.amazonaws.com", "a.amazonaws.com"}}
	for _, test := range []struct {
		request iampolicy.Request
		action  string
		want    iampolicy.Verdict
	}{
		{caller, "s3:GetObject", iampolicy.Allowed},
		{caller, "s3:PutObject", iampolicy.ImplicitDeny},
		{iampolicy.Request{Principal: caller.Principal}, "s3:GetObject", iampolicy.ImplicitDeny},
		{service, "s3:PutObject", iampolicy.Allowed},
		{service, "s3:GetObject", iampolicy.ImplicitDeny},
		{service, "s3:PutObjectAcl", iampolicy.ExplicitDeny},
		{stranger, "s3:GetObject", iampolicy.ImplicitDeny},
	} {
		test.request.Action, test.request.Resource = test.action, "arn:aws:s3:::b/k"
		verdict, err := policy.Decide(test.request)
		require.NoError(t, err)
		require.Equal(t, test.want, verdict, "%v", test.request)
	}
}

// TestUnknownPoliciesPass: the policy may be unknown at preview. The tests of the services cover the rules.
func TestUnknownPoliciesPass(t *testing.T) {
	t.Parallel()
	require.Empty(t, resourcepolicy.Check(provider.Props{"policy": provider.Unknown{}}, "Malformed", true))
}
