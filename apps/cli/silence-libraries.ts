/** Imported before all else: libraries read these when they are loaded, and threads inherit them from here. */

// onnxruntime's own builds send usage data (hashes and names of models among it) to its maker. Nothing leaves a hospital unasked:
// whatever the variable was, it is set. https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
process.env['ORT_DISABLE_TELEMETRY'] = '1';

// The AWS SDK's notice about versions of Node to come is for developers, not for whoever runs a slide.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
