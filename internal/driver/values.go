package driver

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// hideEncrypted replaces every encrypted value with a placeholder: the sandbox does not use the key.
func (p *Project) hideEncrypted() error {
	for key, value := range p.config {
		if !value.Secure() {
			continue
		}
		text, err := value.Value(placeholder{})
		if err != nil {
			return fmt.Errorf("read config %q: %w", key, err)
		}
		p.config[key] = config.NewValue(text)
		if value.Object() {
			p.config[key] = config.NewObjectValue(text)
		}
		p.Notes = append(p.Notes, fmt.Sprintf("%s is encrypted: the sandbox uses a placeholder", key))
	}
	return nil
}

// encrypted returns the keys of the values that are encrypted in the files, in whole or in part, and not overridden.
func (p *Project) encrypted() (keys []string) {
	for key, text := range p.Values() {
		if strings.Contains(text, placeholderText) {
			keys = append(keys, key)
		}
	}
	return keys
}

const placeholderText = "sandbox-placeholder"

type placeholder struct{}

func (placeholder) DecryptValue(context.Context, string) (string, error) {
	return placeholderText, nil
}

func (p placeholder) BatchDecrypt(ctx context.Context, ciphertexts []string) ([]string, error) {
	return config.DefaultBatchDecrypt(ctx, p, ciphertexts)
}

func override(values config.Map, namespace string, overrides []string) error {
	for _, text := range overrides {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return fmt.Errorf("override config %q: must be KEY=VALUE", text)
		}
		if !strings.Contains(name, ":") {
			name = namespace + ":" + name
		}
		key, err := config.ParseKey(name)
		if err != nil {
			return fmt.Errorf("override config %q: %w", text, err)
		}
		if err := values.Set(key, overrideValue(value), true); err != nil {
			return fmt.Errorf("override config %q: %w", text, err)
		}
	}
	return nil
}

func overrideValue(text string) config.Value {
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		if json.Valid([]byte(text)) {
			return config.NewObjectValue(text)
		}
	}
	return config.NewValue(text)
}
