package lookup_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const policyDocument = "iam/getPolicyDocument"

// The layout is the one in the data source's own acceptance tests: lists are sorted in reverse, and a single value is
// not a list.
func TestPolicyDocument(t *testing.T) {
	t.Parallel()
	out, err := call(sandboxtest.New(t), policyDocument, props{"policyId": "p", "statements": []any{
		props{
			"sid": "1", "actions": []any{"s3:ListAllMyBuckets", "s3:GetBucketLocation"}, "resources": []any{"arn:aws:s3:::*"},
		},
		props{
			"effect": "Deny", "notActions": []any{"s3:*"}, "notResources": []any{"a/&{aws:username}/*", "b"},
			"conditions": []any{props{"test": "StringLike", "variable": "s3:prefix", "values": []any{"home/", "", "a"}}},
			"principals": []any{
				props{"type": "AWS", "identifiers": []any{"arn:a", "arn:b"}}, props{"type": "Service", "identifiers": []any{"ecs"}},
			},
		},
		props{"actions": []any{"*"}, "notPrincipals": []any{props{"type": "*", "identifiers": []any{"*"}}}},
	}})
	require.NoError(t, err)
	require.Equal(t, `{
  "Version": "2012-10-17",
  "Id": "p",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Deny",
      "NotAction": "s3:*",
      "NotResource": [
        "b",
        "a/${aws:username}/*"
      ],
      "Principal": {
        "AWS": [
          "arn:b",
          "arn:a"
        ],
        "Service": "ecs"
      },
      "Condition": {
        "StringLike": {
          "s3:prefix": [
            "home/",
            "",
            "a"
          ]
        }
      }
    },
    {
      "Effect": "Allow",
      "Action": "*",
      "NotPrincipal": "*"
    }
  ]
}`, out["json"])
	require.Regexp(t, `^\d+$`, out["id"])
	require.Contains(t, out["minifiedJson"], `{"Version":"2012-10-17","Id":"p","Statement":[{"Sid":"1",`)
}

func TestPolicyDocumentsThatAreRefused(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	of := func(statements ...any) props { return props{"statements": statements} }
	old := of(props{"resources": []any{"&{x}"}})
	old["version"] = "2008-10-17"
	for want, args := range map[string]props{
		`the sandbox does not model the argument "sourcePolicyDocuments" of this function; it models [policyId statements version]`: {
			"sourcePolicyDocuments": []any{"{}"},
		},
		`the sandbox does not model the argument "x" of this function; it models [actions conditions effect notActions notPrincipals notResources principals resources sid]`: of(props{"x": "y"}),
		"version: expected one of [2008-10-17, 2012-10-17], got 2020-01-01":                                                                                                  {"version": "2020-01-01"},
		"writing IAM Policy Document: duplicate Sid (a). Remove the Sid or ensure the Sid is unique.":                                                                        of(props{"sid": "a"}, props{"sid": "a"}),
		`sid: must only include alphanumeric characters, got "a b"`:                                                                                                          of(props{"sid": "a b"}),
		"effect: expected one of [Allow, Deny], got allow":                                                                                                                   of(props{"effect": "allow"}),
		"found &{ sequence, which is not supported in document version 2008-10-17":                                                                                           old,
	} {
		_, err := call(a, policyDocument, args)
		require.EqualError(t, err, want)
	}
}
