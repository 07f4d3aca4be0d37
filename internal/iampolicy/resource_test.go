package iampolicy

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRenderResource(t *testing.T) {
	t.Parallel()
	statement := Statement{
		Sid: "Tls", Effect: Deny, Principals: Principals{"AWS": {"*"}}, Actions: []string{"s3:*"},
		Resources:  []string{"arn:aws:s3:::logs/*", "arn:aws:s3:::logs"},
		Conditions: Conditions{"Bool": {"aws:SecureTransport": {"false"}}},
	}
	text, err := Document{Statements: []Statement{statement}}.RenderResource()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Sid":"Tls","Effect":"Deny","Principal":{"AWS":["*"]},`+
		`"Action":["s3:*"],"Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"],`+
		`"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`, text)

	statement.Principals, statement.Resources = nil, nil
	_, err = Document{Statements: []Statement{statement}}.RenderResource()
	require.EqualError(t, err, `render resource policy: statement 1 "Tls": Missing required field Principal`+"\n"+
		`statement 1 "Tls": Policy statement must contain resources`)
	_, err = Document{}.RenderResource()
	require.EqualError(t, err,
		"render resource policy: Syntax errors in policy: a policy must have at least one statement")
}
