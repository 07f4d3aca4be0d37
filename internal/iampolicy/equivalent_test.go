package iampolicy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

func TestEquivalent(t *testing.T) {
	t.Parallel()
	document := func(statements string) string { return `{"Version":"2012-10-17","Statement":` + statements + `}` }
	read := `{"Sid":"r","Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}`
	write := `{"Effect":"Allow","Action":"s3:Put*","Resource":"a","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`
	tests := map[string]struct {
		a, b string
		want bool
	}{
		"one string":       {document(write), document(`[` + write + `]`), true},
		"order of lists":   {document(read), document(`{"Effect":"Allow","Sid":"r","Resource":["*"],"Action":["s3:List*","s3:Get*"]}`), true},
		"order of rules":   {document(`[` + read + `,` + write + `]`), document(`[` + write + `,` + read + `]`), true},
		"text of a bool":   {document(write), document(`{"Effect":"Allow","Action":"s3:Put*","Resource":"a","Condition":{"Bool":{"aws:SecureTransport":[true]}}}`), true},
		"account's root":   {document(`{"Principal":{"AWS":"123456789012"}}`), document(`{"Principal":{"AWS":["arn:aws:iam::123456789012:root"]}}`), true},
		"another action":   {document(read), document(`{"Sid":"r","Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":"*"}`), false},
		"NotAction":        {document(`{"Action":"a"}`), document(`{"NotAction":"a"}`), false},
		"another Sid":      {document(`{"Sid":"a"}`), document(`{"Sid":"b"}`), false},
		"another Id":       {`{"Id":"a","Statement":[]}`, `{"Statement":[]}`, false},
		"everybody of AWS": {document(`{"Principal":"*"}`), document(`{"Principal":{"AWS":"*"}}`), false},
		"one more":         {document(`[` + read + `]`), document(`[` + read + `,` + read + `]`), false},
		"unreadable":       {`{`, `{`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, iampolicy.Equivalent(test.a, test.b))
			require.Equal(t, test.want, iampolicy.Equivalent(test.b, test.a))
		})
	}
}
