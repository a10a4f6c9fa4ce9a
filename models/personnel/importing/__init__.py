"""People from the Excel sheet 使用单位导入人员 (Q05)."""
