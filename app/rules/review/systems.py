"""Organs that belong to systems of their own, and the words by which laws call a department."""

from __future__ import annotations

import re

# Systems whose powers a district does not hand from department to department: name -> words.
# 公安 and 生态环境 stay by the plan (领域指南 A.2), the others are led vertically, belong to the
# Party, or are technical services whose officers alone may act (动物防疫法第六十六条).
_EXCLUSIVE = {
    "动物卫生监督机构（官方兽医）": r"动物卫生监督机构|官方兽医|动物检疫机构",
    "消防救援机构": r"消防救援|公安机关消防机构|公安消防|消防机构|消防大队",
    "公安机关": r"公安",
    "生态环境主管部门": r"生态环境|环境保护",
    "税务机关": r"税务", "气象主管机构": r"气象", "海事管理机构": r"海事", "海关": r"海关",
    "机构编制机关": r"编办|机构编制|事业单位登记管理", "档案主管部门": r"档案",
    "烟草专卖行政主管部门": r"烟草专卖", "邮政管理部门": r"邮政管理|邮政局",
    "通信管理机构": r"通信管理|电信管理机构", "金融管理部门": r"人民银行|金融监督|银行业|证券监督"
                                        r"|保险监督|外汇管理",
    "国家安全机关": r"国家安全", "保密行政管理部门": r"保密", "移民管理机构": r"移民管理"
                                                    r"|出入境管理",
    "铁路监管部门": r"铁路监|铁路局", "民用航空管理部门": r"民用航空|民航",
    "军事机关": r"军事机关|战区|军队", "司法机关": r"人民法院|人民检察院",
    "海警机构": r"海警", "地震工作主管部门": r"地震(?:工作)?(?:主管|局)",
}
# Department -> words by which laws call who does this work today, former names included.
_KEYS = {
    "发展和改革|发改": "发展改革 投资主管 节能 电力管理 能源 管道保护 项目核准 核准机关 价格",
    "教育": "教育", "体育": "体育", "民政": "民政 登记管理机关 地名 殡葬 慈善",
    "财政": "财政", "人力资源|社会保障": "人力资源 劳动 社会保障 审批机关",
    "自然资源|规划|国土": "自然资源 国土 土地 规划 矿产 地质 矿业权 测绘",
    "林业": "林业 草原 野生动物 风景名胜 森林 植物检疫 绿化",
    "住房|建设": "建设 住房 房产 房地产 燃气 供水 排水 供热 规划 人民防空 历史文化 城乡",
    "城市管理|执法": "市容 环境卫生 市政 绿化 城市管理 建设 排水 城市道路",
    "交通": "交通 公路 运输 航道 港口 道路", "水利|水务": "水 大坝 河道 防汛 流域",
    "农业|农村|畜牧": "农业 畜牧 兽医 渔业 农机 农业机械 种子 植物检疫 草原 水产",
    "文化|旅游|文物": "文化 旅游 文物 广播电视 电影 出版", "卫生|健康": "卫生 疾病预防控制"
                                                  " 中医",
    "应急": "应急 安全生产 煤矿 消防", "商务": "商务 外经贸 内贸 经济贸易",
    "市场监督|市场监管|工商|质监": "市场监督 工商 登记机关 食品 药品 特种设备 计量 质量 标准",
    "消防": "消防", "公安": "公安", "生态环境|环保|环境": "生态环境 环境保护 环境",
    "气象": "气象", "税务": "税务", "档案": "档案", "编办|编制": "编制 登记管理",
    "工业|信息化|工信": "工业和信息化 经济和信息化 工业 电力 节能 盐业 民用爆炸",
    "司法": "司法", "民族|宗教": "民族 宗教", "科技|科学": "科学 科技", "审计": "审计",
    "医疗保障|医保": "医疗保障", "退役": "退役", "粮食": "粮食", "人防": "人民防空",
}


def exclusive(words: str) -> str:
    """The system that ``words`` (an organ) belong to, or empty."""
    return next((name for name, pattern in _EXCLUSIVE.items() if re.search(pattern, words)), "")


def words_of(department: str) -> list[str]:
    """Words in laws that mean this department: 区住房和城乡建设局 -> 建设, 房产, 燃气 …"""
    return [word for names, keys in _KEYS.items() if re.search(names, department)
            for word in keys.split()]
