// Streamlit speaks English only; these are the words it shows by itself, replaced while the page is read in Chinese.
(() => {
  const words = {
    "Choose an option": "请选择", "Choose options": "请选择", "No results": "没有结果", "No options to select": "没有可选项",
    "Select all": "全选", "Clear all": "清除", "Search": "搜索", "Download as CSV": "下载 CSV", "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏", "Show/hide columns": "显示或隐藏列", "Show data": "显示数据", "Hide data": "隐藏数据",
    "Rerun": "刷新", "Settings": "设置", "Print": "打印", "Appearance": "外观", "Wide mode": "宽屏", "System": "跟随系统",
    "Use system setting": "跟随系统", "Light": "浅色", "Dark": "深色", "Custom": "自定义", "About": "关于",
    "Theme": "外观", "Choose app theme": "选择外观", "Light theme": "浅色", "Dark theme": "深色", "System theme": "跟随系统",
    "Page not found": "页面不存在", "View more": "更多", "View less": "收起", "Previous page": "上一页", "Next page": "下一页",
    "Get help": "帮助", "Stop": "停止", "Running...": "正在计算…", "Connecting": "正在连接", "Connection error": "连接中断",
    "Record screen": "录屏", "empty": "无数据", "Press Enter to apply": "按回车应用", "Main menu": "菜单",
    "Collapse sidebar": "收起侧栏", "Expand sidebar": "展开侧栏", "Copy to clipboard": "复制", "Upload": "上传", "Drag and drop files here": "把文件拖到这里",
    "Browse files": "选择文件", "50MB per file": "每个不超过 50 MB", "Limit 50MB per file": "每个不超过 50 MB",
  };
  const inZh = () => new URLSearchParams(location.search).get("lang") !== "en";
  const skip = '[data-testid="stHtml"], [data-testid="stMarkdown"], canvas, code';
  const turn = (node) => {
    if (node.nodeType === 3) {
      const said = words[node.nodeValue.trim()];
      if (said && !node.parentElement?.closest(skip)) node.nodeValue = node.nodeValue.replace(node.nodeValue.trim(), said);
      return;
    }
    if (node.nodeType !== 1 || node.matches(skip)) return;
    for (const name of ["placeholder", "title", "aria-label"]) {
      const said = words[node.getAttribute(name)];
      if (said) node.setAttribute(name, said);
    }
    node.childNodes.forEach(turn);
  };
  const follow = () => { document.documentElement.lang = inZh() ? "zh-CN" : "en"; };
  new MutationObserver((changes) => {
    follow();
    if (!inZh()) return;
    for (const change of changes) {
      if (change.type === "characterData") turn(change.target);
      change.addedNodes.forEach(turn);
    }
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
  follow();
})();
