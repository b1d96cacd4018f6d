// Package codegen stands in for the generator of C# SDKs, of which the docker-build plugin names one type: the C#
// section of a package's schema. The plugin at run time uses none of it.
package codegen

// CSharpPackageInfo is that section, as far as the plugin fills it in.
type CSharpPackageInfo struct {
	PackageReferences    map[string]string `json:"packageReferences,omitempty"`
	Namespaces           map[string]string `json:"namespaces,omitempty"`
	RespectSchemaVersion bool              `json:"respectSchemaVersion,omitempty"`
}
