package facts

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTableIsConsistent(t *testing.T) {
	t.Parallel()
	table, err := Load()
	require.NoError(t, err)
	for _, token := range table.Tokens() {
		typ := table[token]
		require.Equal(t, token, typ.Token)
		require.NotEmpty(t, typ.ID, token)
		if typ.Unique != nil {
			require.NotEmpty(t, typ.Exists, token)
		}
		if !typ.Stateless {
			require.NotEmpty(t, typ.NotFound, token)
		}
	}
}

func TestMistakesInTheTableAreErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ yaml, want string }{
		"misspelt fact": {"a:b:C: {inputs: {x: {type: string, requird: true}}}", "field requird not found"},
		"unknown kind":  {"a:b:C: {inputs: {x: {type: float}}}", `a:b:C.x: unknown type "float"`},
		"bad pattern":   {"a:b:C: {inputs: {x: {type: string, pattern: '('}}}", "a:b:C.x: error parsing regexp"},
		"bad reference": {"a:b:C: {inputs: {x: {type: string, ref: {type: z}}}}", `a:b:C.x: refers to unknown type "z"`},
		"nested":        {"a:b:C: {inputs: {x: {type: object, properties: {y: {type: q}}}}}", `a:b:C.x.y: unknown type "q"`},
		"unique":        {"a:b:C: {unique: [nam]}", `a:b:C: unknown property "nam"`},
		"no calls": {
			"a:b:C: {calls: {create: [], read: [GetC], update: []}}",
			"a:b:C: calls.delete is missing: name the API calls of the real provider, or [] if it makes none",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var table Table
			err := decodeStrict([]byte(test.yaml), &table)
			if err == nil {
				err = table.validate()
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}
